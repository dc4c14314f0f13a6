// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Answers who a credential belongs to, from memory: it runs on the event loop, before a body is read.
public protocol Gatekeeper: Sendable {
    /// The caller that `token` belongs to in the role that `audience` names.
    ///
    /// - Parameters:
    ///   - token: The bearer token as presented; nil when there was none.
    ///   - audience: Never ``Audience/public``, whose routes ask nobody.
    /// - Throws: A ``Problem`` with ``ProblemCode/unauthenticated`` or ``ProblemCode/invalidCredential``.
    func admit(_ token: String?, as audience: Audience) throws(Problem) -> Caller

    /// The identity that another issuer's token proves, which may have to be waited for; anybody else as they are.
    ///
    /// Asked before ``confirm(_:reading:)``, and after the body has arrived: routes for identities take small ones.
    ///
    /// - Throws: A ``Problem`` with ``ProblemCode/invalidCredential`` or ``ProblemCode/forbidden``.
    func identify(_ caller: Caller) async throws(Problem) -> Caller

    /// Refuses an operator who may not read what a route reads.
    ///
    /// - Parameters:
    ///   - caller: Whom ``admit(_:as:)`` let in. An identity reads what is its own, which the route sees to.
    ///   - collection: What is read: `identities`, `decisions`, `log`, `metrics`, ...
    func permit(_ caller: Caller, reading collection: String) throws(Problem)

    /// The last word on a caller before the route's handler runs; may wait for the disk.
    ///
    /// ``admit(_:as:)`` answers from memory, which may not know yet that another node cut the credential: whoever reads is
    /// asked about once more here. And a credential whose ``Caller/assertion`` counts once is spent.
    ///
    /// - Parameter collection: What an operator is about to read; nil where the route itself decides about the caller.
    /// - Throws: A ``Problem`` with ``ProblemCode/invalidCredential`` when the credential does not count any more, or was
    ///   spent before; what ``permit(_:reading:)`` throws.
    func confirm(_ caller: Caller, reading collection: String?) async throws(Problem)

    /// Told of every call that was refused for want of a credential that counts, by the route's name.
    func refused(_ problem: Problem, on route: String)
}

extension Gatekeeper {
    /// Knows no identities.
    public func identify(_ caller: Caller) async throws(Problem) -> Caller { caller }

    /// Who knows no roles lets every operator read.
    public func permit(_ caller: Caller, reading collection: String) throws(Problem) {}

    /// Knows no other nodes, and no credential that counts once.
    public func confirm(_ caller: Caller, reading collection: String?) async throws(Problem) {}

    /// Keeps no count.
    public func refused(_ problem: Problem, on route: String) {}
}
