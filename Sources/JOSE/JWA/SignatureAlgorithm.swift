// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A digital signature algorithm of JWS (RFC 7518 section 3.1, RFC 8037 section 3.1, RFC 9864 section 2.2).
///
/// There is no `none` and no HMAC here, so neither can be chosen by a token. HMAC has a type of its own whose name
/// begins with `Insecure`.
public enum SignatureAlgorithm: String, Sendable, CaseIterable {
    /// ECDSA on P-256 with SHA-256.
    case es256 = "ES256"
    /// ECDSA on P-384 with SHA-384.
    case es384 = "ES384"
    /// ECDSA on P-521 with SHA-512.
    case es512 = "ES512"
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    case rs256 = "RS256"
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    case rs384 = "RS384"
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    case rs512 = "RS512"
    /// RSASSA-PSS with SHA-256, MGF1 with the same and a salt of its length.
    case ps256 = "PS256"
    /// RSASSA-PSS with SHA-384, MGF1 with the same and a salt of its length.
    case ps384 = "PS384"
    /// RSASSA-PSS with SHA-512, MGF1 with the same and a salt of its length.
    case ps512 = "PS512"
    /// EdDSA; only the curve Ed25519 is implemented.
    case edDSA = "EdDSA"
    /// Ed25519 by its fully specified name.
    case ed25519 = "Ed25519"

    /// The algorithm of this `alg` value, compared by bytes.
    public init?(name: String) {
        guard name.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        self.init(rawValue: name)
    }
}

/// A set of signature algorithms.
public struct SignatureAlgorithms: OptionSet, Sendable, Hashable {
    /// One bit for each algorithm, in the order of ``SignatureAlgorithm/allCases``.
    public let rawValue: UInt16

    /// The set of these bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The set of one algorithm.
    public init(_ algorithm: SignatureAlgorithm) {
        switch algorithm {
        case .es256: self = .es256
        case .es384: self = .es384
        case .es512: self = .es512
        case .rs256: self = .rs256
        case .rs384: self = .rs384
        case .rs512: self = .rs512
        case .ps256: self = .ps256
        case .ps384: self = .ps384
        case .ps512: self = .ps512
        case .edDSA: self = .edDSA
        case .ed25519: self = .ed25519
        }
    }

    /// ECDSA on P-256.
    public static let es256 = SignatureAlgorithms(rawValue: 1 << 0)
    /// ECDSA on P-384.
    public static let es384 = SignatureAlgorithms(rawValue: 1 << 1)
    /// ECDSA on P-521.
    public static let es512 = SignatureAlgorithms(rawValue: 1 << 2)
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    public static let rs256 = SignatureAlgorithms(rawValue: 1 << 3)
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    public static let rs384 = SignatureAlgorithms(rawValue: 1 << 4)
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    public static let rs512 = SignatureAlgorithms(rawValue: 1 << 5)
    /// RSASSA-PSS with SHA-256.
    public static let ps256 = SignatureAlgorithms(rawValue: 1 << 6)
    /// RSASSA-PSS with SHA-384.
    public static let ps384 = SignatureAlgorithms(rawValue: 1 << 7)
    /// RSASSA-PSS with SHA-512.
    public static let ps512 = SignatureAlgorithms(rawValue: 1 << 8)
    /// EdDSA.
    public static let edDSA = SignatureAlgorithms(rawValue: 1 << 9)
    /// Ed25519.
    public static let ed25519 = SignatureAlgorithms(rawValue: 1 << 10)

    /// Every RSA algorithm.
    public static let rsa: SignatureAlgorithms = [.rs256, .rs384, .rs512, .ps256, .ps384, .ps512]
    /// Every algorithm implemented.
    public static let all: SignatureAlgorithms = [.es256, .es384, .es512, .edDSA, .ed25519, .rsa]

    /// Whether `algorithm` belongs to the set.
    public func contains(_ algorithm: SignatureAlgorithm) -> Bool { contains(SignatureAlgorithms(algorithm)) }

    /// The algorithms of the set, in the order of ``SignatureAlgorithm/allCases``.
    public var algorithms: [SignatureAlgorithm] { SignatureAlgorithm.allCases.filter { contains($0) } }
}
