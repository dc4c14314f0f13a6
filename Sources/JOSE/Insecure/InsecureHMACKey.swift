// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Crypto
public import StrictJSON

/// A shared secret that verifies HMAC tokens; see ``InsecureHMACAlgorithm`` for why its name says insecure.
public struct InsecureHMACKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// The one algorithm of the key, from its `alg`.
    public let algorithm: InsecureHMACAlgorithm
    /// The `kid`, by which tokens name the key.
    public let keyID: String?
    private let secret: SymmetricKey

    /// The key of an `oct` JWK (RFC 7518 section 6.4), which must have an HMAC `alg` and be long enough for it.
    ///
    /// - Throws: ``JOSEError`` otherwise.
    public init(jwk: JSONValue) throws(JOSEError) {
        let reader = try JWKReader(jwk)
        try reader.checkUse()
        keyID = try reader.keyID()
        guard sameBytes(try reader.string("kty"), "oct") else {
            throw JOSEError(.keyUnsupported, "this key is not symmetric")
        }
        try reader.refuseMembers(["crv", "x", "y", "n", "e", "d", "p", "q", "dp", "dq", "qi", "oth"])
        let name = try reader.string("alg")
        guard name.utf8.allSatisfy({ $0 < 0x80 }), let algorithm = InsecureHMACAlgorithm(rawValue: name) else {
            throw JOSEError(.keyUse, "'alg' of the JWK is no supported HMAC algorithm")
        }
        let bytes = try reader.bytes("k")
        guard bytes.count >= algorithm.minimumKeyBytes else {
            throw JOSEError(.keyWeak, "'k' has fewer than the \(algorithm.minimumKeyBytes) bytes of its hash")
        }
        self.algorithm = algorithm
        secret = SymmetricKey(data: bytes)
    }

    /// The payload of a token in compact serialization that this secret authenticates, or why it is refused.
    public func payload(of compact: [UInt8], limits: JWSLimits = .standard) -> Result<[UInt8], JOSEError> {
        do throws(JOSEError) {
            return payload(of: try CompactSerialization(compact, limits: limits))
        } catch {
            return .failure(error)
        }
    }

    func payload(of token: CompactSerialization) -> Result<[UInt8], JOSEError> {
        guard sameBytes(token.header.algorithmName, algorithm.rawValue) else {
            return .failure(JOSEError(.algorithmMismatch, "the token's algorithm is not that of its key"))
        }
        if let wanted = token.header.keyID, !(keyID.map { sameBytes($0, wanted) } ?? false) {
            return .failure(JOSEError(.keyUnknown, "the token's 'kid' is not that of the key"))
        }
        let input = token.signingInput
        // The comparison of the library takes the same time wherever the bytes differ.
        let valid =
            switch algorithm {
            case .hs256: HMAC<SHA256>.isValidAuthenticationCode(token.signature, authenticating: input, using: secret)
            case .hs384: HMAC<SHA384>.isValidAuthenticationCode(token.signature, authenticating: input, using: secret)
            case .hs512: HMAC<SHA512>.isValidAuthenticationCode(token.signature, authenticating: input, using: secret)
            }
        return valid ? .success(token.payload) : .failure(JOSEError(.signature, "the signature does not verify"))
    }

    /// The name of the key, never the secret.
    public var description: String { "InsecureHMACKey(\(keyID ?? "unnamed"))" }

    /// The name of the key, never the secret.
    public var debugDescription: String { description }
}
