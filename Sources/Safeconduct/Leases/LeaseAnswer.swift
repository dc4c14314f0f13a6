// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import TrustStore

/// What became of an order, a renewal or a revocation.
public enum LeaseAnswer: Sendable {
    /// There is a credential; this is the only time that its secret is told.
    case issued(Lease, LeaseSecret)
    /// It counts longer, under the next generation.
    case renewed(Lease)
    /// It won't be done.
    case refused(LeaseRefusal)
    /// It can't be done now.
    case failed(EngineError)
}

/// Why a lease is not given or renewed.
public struct LeaseRefusal: Sendable, Equatable, CustomStringConvertible {
    /// A stable code.
    public let code: String
    /// A sentence.
    public let message: String

    init(_ code: String, _ message: String) {
        self.code = code
        self.message = message
    }

    /// There is no such back end, or role of it.
    static let unknownRole = LeaseRefusal("unknown_role", "no back end gives out this role here")
    /// There is no such lease, or it is another one's.
    static let unknown = LeaseRefusal("not_found", "there is no such lease")
    /// It is over.
    static let over = LeaseRefusal("lease_over", "the lease is over")
    /// What it hangs on was cut.
    static let cut = LeaseRefusal("cut", "what the lease hangs on was cut")
    /// What it hangs on is held.
    static let held = LeaseRefusal("held", "what the lease hangs on is held")
    /// It lasts as long as it may.
    static let atMaximum = LeaseRefusal("at_maximum", "the lease can't last any longer")
    /// Somebody else renewed it: there are two who have it.
    static let cloned = LeaseRefusal("stale_generation", "the lease was renewed by another holder; it was revoked")
    /// The generation is one that it never had.
    static let wrongGeneration = LeaseRefusal("wrong_generation", "the lease does not have this generation")
    /// More was given than a lease can hang on.
    static let tooMuch = LeaseRefusal("too_many_ancestors", "the credential has too many ancestors or scopes")

    /// `code: message`.
    public var description: String { "\(code): \(message)" }
}
