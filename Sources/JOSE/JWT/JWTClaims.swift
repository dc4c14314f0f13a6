// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// The claims of a verified JWT (RFC 7519), the registered ones strictly typed.
///
/// A registered claim of the wrong type, or an empty one, makes the whole token malformed: `null` is not absence, a
/// string is not a date, and an empty subject is not a subject.
public struct JWTClaims: Sendable {
    /// Every claim, in the order written.
    public let members: JSONObject
    /// `iss`, nil when absent.
    public let issuer: String?
    /// `sub`, nil when absent.
    public let subject: String?
    /// `aud`, whether written as a string or an array; empty when absent.
    public let audiences: [String]
    /// `exp`, nil when absent.
    public let expiresAt: NumericDate?
    /// `nbf`, nil when absent.
    public let notBefore: NumericDate?
    /// `iat`, nil when absent.
    public let issuedAt: NumericDate?
    /// `jti`, nil when absent.
    public let identifier: String?

    /// The most audiences of one token.
    public static let maximumAudiences = 32
    static let limits = JSONLimits(maximumBytes: 1 << 20, maximumDepth: 32, maximumValues: 4096)

    /// The claims of a verified token.
    ///
    /// - Throws: ``JOSEError`` with `claims` when the payload is no strict JSON object or a registered claim is of
    ///   the wrong type.
    public init(_ token: VerifiedJWS) throws(JOSEError) { try self.init(payload: token.payload) }

    init(payload: [UInt8]) throws(JOSEError) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: payload, limits: Self.limits)
        } catch {
            throw JOSEError(error.code == .size ? .size : .claims, "the claims at \(error)")
        }
        guard case .object(let object) = value else { throw JOSEError(.claims, "the claims are no JSON object") }
        members = object
        issuer = try Self.text(object, "iss")
        subject = try Self.text(object, "sub")
        identifier = try Self.text(object, "jti")
        audiences = try Self.audiences(object)
        expiresAt = try Self.date(object, "exp")
        notBefore = try Self.date(object, "nbf")
        issuedAt = try Self.date(object, "iat")
    }

    private static func text(_ object: JSONObject, _ name: String) throws(JOSEError) -> String? {
        guard let value = object[name] else { return nil }
        guard let text = value.stringValue, !text.isEmpty else {
            throw JOSEError(.claims, "the claim '\(name)' is no string, or empty")
        }
        return text
    }

    private static func date(_ object: JSONObject, _ name: String) throws(JOSEError) -> NumericDate? {
        guard let value = object[name] else { return nil }
        guard let date = NumericDate(value) else {
            throw JOSEError(.claims, "the claim '\(name)' is no number of seconds since 1970")
        }
        return date
    }

    private static func audiences(_ object: JSONObject) throws(JOSEError) -> [String] {
        guard let value = object["aud"] else { return [] }
        let elements: [JSONValue]
        switch value {
        case .string: elements = [value]
        case .array(let list): elements = list
        default: throw JOSEError(.claims, "the claim 'aud' is neither a string nor an array of strings")
        }
        guard !elements.isEmpty, elements.count <= maximumAudiences else {
            throw JOSEError(.claims, "the claim 'aud' has 1 to \(maximumAudiences) elements")
        }
        var audiences: [String] = []
        for element in elements {
            guard let text = element.stringValue, !text.isEmpty else {
                throw JOSEError(.claims, "an element of the claim 'aud' is no string, or empty")
            }
            audiences.append(text)
        }
        return audiences
    }
}
