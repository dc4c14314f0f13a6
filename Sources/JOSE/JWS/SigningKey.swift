// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Crypto
import StrictJSON

/// A private key that signs tokens: ES256 or EdDSA.
///
/// Its description names the key and never shows it.
public struct SigningKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// The kinds of keys that sign here.
    public enum Kind: Sendable, CaseIterable {
        /// P-256, ES256.
        case es256
        /// Ed25519, EdDSA.
        case edDSA
    }

    private enum Material: Sendable {
        case p256(P256.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)
    }

    private let material: Material
    /// The public half; its `kid` goes into every header.
    public let verificationKey: VerificationKey

    /// A fresh random key.
    ///
    /// - Parameters:
    ///   - kind: The algorithm.
    ///   - keyID: The `kid`; nil takes the thumbprint (RFC 7638) in base64url.
    public static func generate(_ kind: Kind, keyID: String? = nil) -> SigningKey {
        switch kind {
        case .es256: SigningKey(.p256(P256.Signing.PrivateKey()), keyID: keyID)
        case .edDSA: SigningKey(.ed25519(Curve25519.Signing.PrivateKey()), keyID: keyID)
        }
    }

    /// The key of these 32 secret bytes, as ``secretBytes`` gave them.
    ///
    /// - Throws: ``JOSEError`` when they are no key of this kind.
    public init(_ kind: Kind, secretBytes: [UInt8], keyID: String? = nil) throws(JOSEError) {
        switch kind {
        case .es256:
            guard let key = try? P256.Signing.PrivateKey(rawRepresentation: secretBytes) else { throw Self.noKey }
            self.init(.p256(key), keyID: keyID)
        case .edDSA:
            guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: secretBytes) else { throw Self.noKey }
            self.init(.ed25519(key), keyID: keyID)
        }
    }

    private static let noKey = JOSEError(.keyMalformed, "the bytes are no private key of this kind")

    private init(_ material: Material, keyID: String?) {
        self.material = material
        let (public_, algorithm): (VerificationKey.Material, SignatureAlgorithms) =
            switch material {
            case .p256(let key): (.p256(key.publicKey), .es256)
            case .ed25519(let key): (.ed25519(key.publicKey), .edDSA)
            }
        let anonymous = VerificationKey(material: public_, algorithms: algorithm, keyID: nil)
        verificationKey = VerificationKey(
            material: public_,
            algorithms: algorithm,
            keyID: keyID ?? Base64URL.string(anonymous.thumbprint)
        )
    }

    /// The algorithm of its signatures.
    public var kind: Kind {
        switch material {
        case .p256: .es256
        case .ed25519: .edDSA
        }
    }

    /// The 32 bytes of the private key, for a sealed store and nowhere else.
    public var secretBytes: [UInt8] {
        switch material {
        case .p256(let key): Array(key.rawRepresentation)
        case .ed25519(let key): Array(key.rawRepresentation)
        }
    }

    /// The compact serialization of `payload`, signed (RFC 7515 section 5.1).
    ///
    /// - Parameters:
    ///   - payload: Any bytes; for a JWT the claims as JSON.
    ///   - type: The `typ`, such as `JWT` or `at+jwt`; it keeps one kind of token from passing for another.
    /// - Throws: ``JOSEError`` when the key cannot sign.
    public func sign(_ payload: some Sequence<UInt8>, type: String? = nil) throws(JOSEError) -> [UInt8] {
        var members: [(String, JSONValue)] = []
        if let keyID = verificationKey.keyID { members.append(("kid", .string(keyID))) }
        if let type { members.append(("typ", .string(type))) }
        return try sign(payload, header: members)
    }

    /// The compact serialization of `payload` under a header of `alg` and these members.
    func sign(_ payload: some Sequence<UInt8>, header members: [(String, JSONValue)]) throws(JOSEError) -> [UInt8] {
        var header = JSONWriter()
        header.beginObject()
        header.key("alg")
        header.string(kind == .es256 ? SignatureAlgorithm.es256.rawValue : SignatureAlgorithm.edDSA.rawValue)
        for (name, value) in members {
            header.key(name)
            header.value(value)
        }
        header.endObject()
        var token = Base64URL.encode(header.bytes)
        token.append(UInt8(ascii: "."))
        token += Base64URL.encode(payload)
        guard let signature = signature(over: token) else {
            throw JOSEError(.signature, "the key cannot sign")
        }
        token.append(UInt8(ascii: "."))
        token += Base64URL.encode(signature)
        return token
    }

    private func signature(over input: [UInt8]) -> [UInt8]? {
        switch material {
        case .p256(let key): (try? key.signature(for: SHA256.hash(data: input))).map { Array($0.rawRepresentation) }
        case .ed25519(let key): (try? key.signature(for: input)).map { Array($0) }
        }
    }

    /// The public name of the key.
    public var description: String { "SigningKey(\(verificationKey.keyID ?? "unnamed"))" }

    /// The public name of the key.
    public var debugDescription: String { description }
}
