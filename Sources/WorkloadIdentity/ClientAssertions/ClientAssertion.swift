// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import JOSE

/// A client that an assertion proved, once the assertion's `jti` is spent (RFC 7523 section 3).
public struct ClientAssertion: Sendable {
    /// The `client_assertion_type` of these assertions (RFC 7523 section 2.2).
    public static let type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    /// The longest `jti`, in bytes.
    public static let maximumIdentifierBytes = 256

    /// `sub`, which is the client's id.
    public let subject: String
    /// `jti`: it counts once for each client.
    public let identifier: String
    /// `iat`
    public let issuedAt: NumericDate
    /// `exp`
    public let expiresAt: NumericDate
    /// Until when the rules would admit it again: replay memory must keep ``identifier`` as long.
    public let acceptedUntil: NumericDate
    /// Whether it named an endpoint instead of the issuer, which only ``ClientAssertionRules/legacyAudiences`` allow.
    /// Such an assertion can be carried to another server that shares the endpoint's name in its configuration, so
    /// each use is worth a finding.
    public let usedLegacyAudience: Bool
}

/// Whether a client assertion proves the client.
public enum ClientAssertionOutcome: Sendable {
    /// It does, if its `jti` is spent for the first time.
    case admitted(ClientAssertion)
    /// It does not.
    case refused(ClientAssertionRefusal)
}

/// Why a client assertion proves nothing.
public enum ClientAssertionRefusal: Sendable, Equatable {
    /// It is malformed, its key is not the client's, or its signature is wrong.
    case token(JOSEError)
    /// Its algorithm is not allowed for the client.
    case algorithm
    /// A registered claim or its type is refused.
    case claims(ClaimsRefusal)
    /// `sub` is not `iss`.
    case subject
    /// `jti` is longer than ``ClientAssertion/maximumIdentifierBytes``.
    case identifier

    /// The stable name of the reason.
    public var code: String {
        switch self {
        case .token(let error): "token_\(error.code)"
        case .algorithm: "token_algorithm_not_allowed"
        case .claims(let refusal): refusal.code
        case .subject: "subject_mismatch"
        case .identifier: "identifier_size"
        }
    }

    /// A sentence for people; it quotes nothing of the assertion but its times.
    public var message: String {
        switch self {
        case .token(let error): error.message
        case .algorithm: "the assertion's algorithm is not allowed for its client"
        case .claims(let refusal): refusal.message
        case .subject: "'sub' of the assertion is not its 'iss'"
        case .identifier: "'jti' has at most \(ClientAssertion.maximumIdentifierBytes) bytes"
        }
    }
}
