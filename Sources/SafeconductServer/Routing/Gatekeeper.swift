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

    /// Refuses an operator who may not read what a route reads.
    ///
    /// - Parameters:
    ///   - caller: Whom ``admit(_:as:)`` let in as an operator.
    ///   - collection: What is read: `identities`, `decisions`, `log`, `metrics`, ...
    func permit(_ caller: Caller, reading collection: String) throws(Problem)

    /// Spends the credential of a caller whose ``Caller/assertion`` counts once; runs before the route's handler, and may
    /// wait for the disk.
    ///
    /// - Throws: A ``Problem`` with ``ProblemCode/invalidCredential`` when it was spent before.
    func confirm(_ caller: Caller) async throws(Problem)

    /// Told of every call that was refused for want of a credential that counts, by the route's name.
    func refused(_ problem: Problem, on route: String)
}

extension Gatekeeper {
    /// Who knows no roles lets every operator read.
    public func permit(_ caller: Caller, reading collection: String) throws(Problem) {}

    /// Knows no credential that counts once.
    public func confirm(_ caller: Caller) async throws(Problem) {}

    /// Keeps no count.
    public func refused(_ problem: Problem, on route: String) {}
}
