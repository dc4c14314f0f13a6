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

    /// Told of every call that was refused for want of a credential that counts, by the route's name.
    func refused(_ problem: Problem, on route: String)
}

extension Gatekeeper {
    /// Keeps no count.
    public func refused(_ problem: Problem, on route: String) {}
}
