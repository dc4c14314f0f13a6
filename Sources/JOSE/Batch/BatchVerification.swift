// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// Verifies tokens line by line: newline-delimited JSON in, newline-delimited JSON out.
///
/// A line is `{"id", "jws", "jwk"}` or `{"id", "jws", "jwks"}`; its answer is `{"id", "valid", "error"?}`, where
/// `error` has a stable `code` and a `message`. A line that is no JSON object answers `{"id": null, "error"}`, where
/// `error` also has the `line` and `column` at fault, as in every batch form. Other members of a line are ignored, so
/// that a script can send its records as they are.
///
/// This is a tool for a person or a script that already holds the key, so a JWK may be private (its halves must
/// match). Symmetric keys are refused like everywhere else unless the caller asks for them by a name that says what
/// they are; even then the type of the given key decides, and a token never chooses between the two.
public enum BatchVerification {
    /// The most bytes of one line.
    public static let maximumLineBytes = BatchLine.maximumBytes

    /// The answer to one line, without the line's end.
    ///
    /// - Parameters:
    ///   - line: The line, without its end.
    ///   - insecureHMAC: Whether a key or set that is itself symmetric verifies HMAC tokens, although anybody who can
    ///     check such a token could have made it.
    public static func answer(_ line: [UInt8], insecureHMAC: Bool = false) -> [UInt8] {
        BatchLine.answer(line) { object throws(BatchLine.Refusal) in
            do throws(JOSEError) { try check(object, insecureHMAC: insecureHMAC) } catch {
                throw BatchLine.Refusal(code: error.code.description, message: error.message)
            }
            return []
        }
    }

    /// Throws why the token of this line is not valid.
    private static func check(_ object: JSONObject, insecureHMAC: Bool) throws(JOSEError) {
        guard let token = object["jws"]?.stringValue else { throw JOSEError(.malformed, "'jws' is a string") }
        let compact = Array(token.utf8)
        let limits = JWSLimits(maximumBytes: maximumLineBytes)
        switch (Self.present(object["jwk"]), Self.present(object["jwks"])) {
        case (let jwk?, nil):
            if insecureHMAC, let type = jwk["kty"]?.stringValue, sameBytes(type, "oct") {
                _ = try InsecureHMACKey(jwk: jwk).payload(of: compact, limits: limits).get()
            } else {
                let key = try VerificationKey(jwk: jwk, privateMembers: .checked)
                _ = try UnverifiedJWS(compact: compact, limits: limits).verified(with: key, allowing: .all).get()
            }
        case (nil, let jwks?):
            if insecureHMAC, try JWKSet.isSymmetric(JWKSet.members(jwks, .standard)) {
                _ = try InsecureHMACKeySet(json: jwks).payload(of: compact, limits: limits).get()
            } else {
                let keys = try JWKSet(json: jwks, privateMembers: .checked)
                _ = try UnverifiedJWS(compact: compact, limits: limits).verified(with: keys, allowing: .all).get()
            }
        default: throw JOSEError(.malformed, "a line has either 'jwk' or 'jwks'")
        }
    }

    /// Scripts write null for what they do not have.
    private static func present(_ value: JSONValue?) -> JSONValue? { value?.isNull == true ? nil : value }
}
