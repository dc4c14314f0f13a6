// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A token whose signature was verified by the key it carries.
///
/// Only ``UnverifiedJWS`` makes one. That the signature is right says nothing yet about time, audience or issuer.
public struct VerifiedJWS: Sendable {
    /// The header.
    public let header: JWSHeader
    /// The algorithm that was used.
    public let algorithm: SignatureAlgorithm
    /// The bytes that were signed.
    public let payload: [UInt8]
    /// The key that verified it.
    public let key: VerificationKey

    init(header: JWSHeader, algorithm: SignatureAlgorithm, payload: [UInt8], key: VerificationKey) {
        self.header = header
        self.algorithm = algorithm
        self.payload = payload
        self.key = key
    }
}
