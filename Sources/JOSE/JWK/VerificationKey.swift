// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras
public import StrictJSON

/// A public key that verifies signatures, read from a JWK (RFC 7517), with the algorithms it may be used with.
///
/// The key decides the algorithm, never the token. EC and Ed25519 keys have one algorithm by their curve, whether the
/// JWK says so or not. An RSA key with `alg` has that one. An RSA key without `alg` (as several large issuers publish
/// them) may verify any RSA algorithm that the caller allows: PKCS #1 v1.5 and PSS signatures cannot pass for one
/// another, and the caller's list is the pin.
public struct VerificationKey: Sendable {
    /// The algorithms this key may verify; exactly one except for RSA keys without `alg`.
    public let algorithms: SignatureAlgorithms
    /// The `kid`, by which tokens name the key.
    public let keyID: String?
    let material: Material

    /// The key itself.
    enum Material: Sendable {
        case p256(P256.Signing.PublicKey)
        case p384(P384.Signing.PublicKey)
        case p521(P521.Signing.PublicKey)
        case ed25519(Curve25519.Signing.PublicKey)
        case rsa(_RSA.Signing.PublicKey, modulus: [UInt8], exponent: [UInt8])
    }

    init(material: Material, algorithms: SignatureAlgorithms, keyID: String?) {
        self.material = material
        self.algorithms = algorithms
        self.keyID = keyID
    }

    /// What to do with a JWK that also holds the private half.
    public enum PrivateMembers: Sendable {
        /// Refuse it: whoever publishes a private key has shared it with everybody.
        case refused
        /// Use the public half, after checking that the private half belongs to it. For tools that are handed
        /// somebody's own key.
        case checked
    }

    /// The key that a JWK describes.
    ///
    /// - Parameters:
    ///   - jwk: A JSON object (RFC 7517 section 4). Members nobody here understands are ignored, as that section
    ///     demands; members that belong to another key type are refused.
    ///   - privateMembers: What to do with a private key.
    /// - Throws: ``JOSEError`` when the key is malformed, weak, unsupported or not for verifying signatures.
    public init(jwk: JSONValue, privateMembers: PrivateMembers = .refused) throws(JOSEError) {
        let reader = try JWKReader(jwk)
        try reader.checkUse()
        keyID = try reader.keyID()
        let (material, natural) =
            switch try reader.string("kty") {
            case "EC": try reader.ellipticCurve(privateMembers)
            case "RSA": try reader.rsa(privateMembers)
            case "OKP": try reader.octetKeyPair(privateMembers)
            case "oct": throw JOSEError(.keyUnsupported, "a symmetric key verifies nothing for anybody else")
            default: throw JOSEError(.keyUnsupported, "this key type is not supported")
            }
        self.material = material
        algorithms = try reader.algorithms(of: material, among: natural)
    }
}
