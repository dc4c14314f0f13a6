// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import Safeconduct
internal import TrustModel

/// Who sent a request, as the route's audience authenticated it.
public struct Caller: Sendable, Hashable {
    /// In which role the caller was authenticated.
    public let audience: Audience
    /// The typed id (`pep_...`, `opr_...`, `nhi_...`), empty for anybody, and for an identity that is not known yet.
    public let id: String
    /// The permanent name, empty for anybody.
    public let name: String
    /// The id of the credential that was presented; empty when it has none.
    public let credential: String
    /// What the caller's credential spends, where it counts once; the gatekeeper confirms it before the handler runs.
    public let assertion: AssertionUse?
    /// The token of another issuer by which an identity is yet to be known: the gatekeeper says whose it is before the
    /// handler runs. Nil for all others.
    let unverified: UnverifiedToken?
    /// The identity that such a token proved.
    let proven: ProvenIdentity?

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
        unverified = nil
        proven = nil
    }

    /// Somebody with a token that another issuer is said to have signed.
    init(unverified token: UnverifiedToken) {
        audience = .identity
        id = ""
        name = ""
        credential = ""
        assertion = nil
        unverified = token
        proven = nil
    }

    /// An identity that another issuer's token proved.
    init(_ identity: ProvenIdentity) {
        audience = .identity
        id = identity.id.description
        name = identity.name
        credential = ""
        assertion = nil
        unverified = nil
        proven = identity
    }

    /// A token as presented; never told to anybody.
    struct UnverifiedToken: Sendable, Hashable, CustomStringConvertible {
        let text: String
        var description: String { "[token]" }
    }

    /// Somebody of whom nothing is known.
    public static let anybody = Caller(audience: .public, id: "", name: "")
}
