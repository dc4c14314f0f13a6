// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import Safeconduct

/// Who sent a request, as the route's audience authenticated it.
public struct Caller: Sendable, Hashable {
    /// In which role the caller was authenticated.
    public let audience: Audience
    /// The typed id (`pep_...`, `opr_...`), empty for anybody.
    public let id: String
    /// The permanent name, empty for anybody.
    public let name: String
    /// The id of the credential that was presented; empty when it has none.
    public let credential: String
    /// What the caller's credential spends, where it counts once; the gatekeeper confirms it before the handler runs.
    public let assertion: AssertionUse?

    /// An authenticated caller.
    public init(
        audience: Audience,
        id: String,
        name: String,
        credential: String = "",
        assertion: AssertionUse? = nil
    ) {
        self.audience = audience
        self.id = id
        self.name = name
        self.credential = credential
        self.assertion = assertion
    }

    /// Somebody of whom nothing is known.
    public static let anybody = Caller(audience: .public, id: "", name: "")
}
