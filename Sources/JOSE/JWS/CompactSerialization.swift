// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The three parts of a JWS in compact serialization (RFC 7515 section 7.1), decoded and bounded, nothing verified.
struct CompactSerialization: Sendable {
    /// The whole token.
    let bytes: [UInt8]
    /// Where the second period stands: everything before it is what was signed.
    private let signedCount: Int
    let header: JWSHeader
    let payload: [UInt8]
    let signature: [UInt8]

    /// `ASCII(BASE64URL(header) || '.' || BASE64URL(payload))`, the input of the signature.
    var signingInput: ArraySlice<UInt8> { bytes[..<signedCount] }

    init(
        _ bytes: [UInt8],
        limits: JWSLimits,
        embeddedKey: JWSHeader.EmbeddedKey = .refused
    ) throws(JOSEError) {
        guard bytes.count <= limits.maximumBytes else {
            throw JOSEError(.size, "the token has more than \(limits.maximumBytes) bytes")
        }
        let period = UInt8(ascii: ".")
        guard let first = bytes.firstIndex(of: period), let second = bytes[(first + 1)...].firstIndex(of: period),
            !bytes[(second + 1)...].contains(period)
        else { throw JOSEError(.malformed, "a token in compact serialization has exactly three parts") }
        guard first > 0 else { throw JOSEError(.malformed, "the token has no header") }
        guard second + 1 < bytes.count else { throw JOSEError(.malformed, "the token has no signature") }
        guard let header = Base64URL.decode(bytes[..<first]) else {
            throw JOSEError(.encoding, "the header is not canonical base64url")
        }
        guard let payload = Base64URL.decode(bytes[(first + 1)..<second]) else {
            throw JOSEError(.encoding, "the payload is not canonical base64url")
        }
        guard let signature = Base64URL.decode(bytes[(second + 1)...]) else {
            throw JOSEError(.encoding, "the signature is not canonical base64url")
        }
        self.bytes = bytes
        signedCount = second
        self.header = try JWSHeader(parsing: header, limits: limits, embeddedKey: embeddedKey)
        self.payload = payload
        self.signature = signature
    }

    /// The algorithm that the header names.
    func algorithm() throws(JOSEError) -> SignatureAlgorithm {
        let name = header.algorithmName
        if let algorithm = SignatureAlgorithm(name: name) { return algorithm }
        if name.utf8.count == 4, name.lowercased() == "none" {
            throw JOSEError(.algorithmNone, "the token is not signed")
        }
        throw JOSEError(.algorithmUnsupported, "the token's algorithm is not supported")
    }
}
