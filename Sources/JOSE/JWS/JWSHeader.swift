// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// The protected header of a JWS (RFC 7515 section 4), read by an allow-list.
///
/// `alg`, `kid`, `typ` and `cty` are read; `x5t` and `x5t#S256` are allowed, because large issuers send them, and
/// ignored. Everything else is refused: RFC 7515 would ignore what it does not know, but a header is the issuer's
/// instruction to the verifier, and one that is not understood is better not half obeyed.
public struct JWSHeader: Sendable {
    /// The longest `kid`, in bytes.
    public static let maximumKeyIDBytes = 1024

    /// The `alg`, as written; the token says it, the key decides.
    public let algorithmName: String
    /// The `kid`, nil when absent.
    public let keyID: String?
    /// The `typ`, as written; nil when absent.
    public let type: String?
    /// The `cty`, as written; nil when absent.
    public let contentType: String?
    /// The `jwk`, which only a ``SelfSignedJWS`` may have.
    let embeddedKey: JSONValue?

    /// What to do with a header that brings its own key.
    enum EmbeddedKey {
        /// Refuse it: a signature by a key that came along proves nothing about who signed.
        case refused
        /// Demand a `jwk` (RFC 7515 section 4.1.3), for proofs that the sender holds a key.
        case required
    }

    /// The names of the members that are there, all of them on the allow-list, in the order written. For kinds of
    /// tokens that allow fewer.
    public let memberNames: [String]

    /// Reads the decoded bytes of a header.
    init(
        parsing bytes: [UInt8],
        limits: JWSLimits,
        embeddedKey rule: EmbeddedKey = .refused
    ) throws(JOSEError) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(
                parsing: bytes,
                limits: JSONLimits(maximumBytes: limits.maximumHeaderBytes, maximumDepth: 8, maximumValues: 256)
            )
        } catch {
            throw JOSEError(error.code == .size ? .size : .header, "the header at \(error)")
        }
        guard case .object(let object) = value else { throw JOSEError(.header, "the header is no JSON object") }
        for member in object where !(rule == .required && sameBytes(member.key, "jwk")) {
            try Self.check(member.key)
        }
        if rule == .required, object["jwk"] == nil { throw JOSEError(.header, "the header has no 'jwk'") }
        embeddedKey = object["jwk"]
        memberNames = object.map(\.key)
        guard let algorithm = try Self.text(object, "alg", maximum: 32) else {
            throw JOSEError(.header, "the header has no 'alg'")
        }
        algorithmName = algorithm
        keyID = try Self.text(object, "kid", maximum: Self.maximumKeyIDBytes)
        type = try Self.text(object, "typ", maximum: 128)
        contentType = try Self.text(object, "cty", maximum: 128)
        _ = try Self.text(object, "x5t", maximum: 64)
        _ = try Self.text(object, "x5t#S256", maximum: 64)
    }

    /// Throws unless the member `name` is on the allow-list.
    private static func check(_ name: String) throws(JOSEError) {
        guard name.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw JOSEError(.headerMember, "the header has a member that is not allowed")
        }
        switch name {
        case "alg", "kid", "typ", "cty", "x5t", "x5t#S256": return
        case "crit": throw JOSEError(.critical, "the header names critical extensions, and none is understood")
        case "b64": throw JOSEError(.headerMember, "unencoded and detached payloads are not supported")
        case "jwk", "jku", "x5c", "x5u":
            throw JOSEError(.embeddedKey, "the header brings its own key; keys come from the issuer alone")
        default: throw JOSEError(.headerMember, "the header has a member that is not allowed")
        }
    }

    private static func text(_ object: JSONObject, _ name: String, maximum: Int) throws(JOSEError) -> String? {
        guard let value = object[name] else { return nil }
        guard let text = value.stringValue else {
            throw JOSEError(.header, "'\(name)' of the header is a string, not \(value.kindName)")
        }
        guard !text.isEmpty, text.utf8.count <= maximum else {
            throw JOSEError(.header, "'\(name)' of the header has 1 to \(maximum) bytes")
        }
        return text
    }
}
