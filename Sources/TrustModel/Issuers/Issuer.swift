// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// An issuer of foreign tokens and the rules under which they count (OpenID Connect Discovery 1.0, RFC 8414).
public struct Issuer: NamedObject {
    /// The kind of its ids.
    public static let kind = ObjectKind.issuer
    /// The free text fields it takes, by name.
    public static let freeText = ["display_name", "description"]
    /// The signature algorithms that may be allowed (RFC 7518 section 3.1, RFC 8037).
    public static let knownAlgorithms = [
        "ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "EdDSA",
    ]

    /// Its id.
    public let id: ObjectID
    /// Its permanent name.
    public let name: String
    /// Owner, purpose, boundary, expiry.
    public var custody: Custody
    /// The exact `iss` of its tokens.
    public var url: String
    /// Where its keys are; nil to ask its discovery document.
    public var jwksURL: String?
    /// The audiences that its tokens may be for; at least one.
    public var audiences: [String]
    /// The allowed signature algorithms.
    public var algorithms: [String]
    /// The allowed header `typ`, lower case; empty allows an absent one and `jwt`.
    public var tokenTypes: [String]
    /// The longest allowed `exp` minus `iat`, in seconds.
    public var maximumTokenSeconds: Int64
    /// Whether each token (`jti`) counts once.
    public var oneTime: Bool
    /// Claims that every token must have: each a string, an integer or a boolean, or an array of allowed ones.
    public var requiredClaims: JSONObject
    /// The trust domain its identities belong to; a term.
    public var trustDomain: String
    /// Its free text, encrypted.
    public var sealed: SealedText?

    /// Reads the members but `id` and the sealed text.
    public init(_ reader: inout ObjectReader, id: ObjectID, references: some References) throws(ShapeError) {
        self.id = id
        name = try reader.name()
        custody = try Custody(&reader, references: references)
        url = try reader.string("url")
        jwksURL = try reader.optionalString("jwks_url")
        for (key, text) in [("url", url), ("jwks_url", jwksURL ?? url)] {
            // Visible ASCII (RFC 3986): what compares equal is then equal byte for byte.
            guard (8...512).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw ShapeError(.value, reader.pointer(to: key), "a URL of 8 to 512 ASCII bytes is expected")
            }
        }
        audiences = try reader.strings("audiences")
        guard (1...16).contains(audiences.count), audiences.allSatisfy({ (1...512).contains($0.utf8.count) }) else {
            throw ShapeError(
                .value,
                reader.pointer(to: "audiences"),
                "1 to 16 audiences of at most 512 bytes are expected"
            )
        }
        let algorithms = try reader.strings("algorithms")
        for (index, algorithm) in algorithms.enumerated() where !Self.knownAlgorithms.contains(algorithm) {
            let near = nearestName(to: algorithm, among: Self.knownAlgorithms).map { "; did you mean '\($0)'?" } ?? ""
            throw ShapeError(.value, "\(reader.pointer(to: "algorithms"))/\(index)", "unknown algorithm\(near)")
        }
        self.algorithms = algorithms.isEmpty ? ["ES256", "RS256", "PS256", "EdDSA"] : algorithms
        tokenTypes = try Self.tokenTypes(&reader)
        maximumTokenSeconds = try reader.optionalInteger("maximum_token_seconds") ?? 86_400
        guard (1...86_400).contains(maximumTokenSeconds) else {
            throw ShapeError(
                .value,
                reader.pointer(to: "maximum_token_seconds"),
                "1 second to one day is expected"
            )
        }
        oneTime = try reader.optionalBool("one_time") ?? false
        requiredClaims = try reader.claims("required_claims", alternatives: true)
        trustDomain = try reader.optionalTerm("trust_domain") ?? name
    }

    /// Writes the members but `id` and the sealed text, in their fixed order.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("name", name)
        custody.writeMembers(to: &writer)
        writer.member("url", url)
        if let jwksURL { writer.member("jwks_url", jwksURL) }
        writer.member("audiences", audiences)
        writer.member("algorithms", algorithms)
        writer.member("token_types", tokenTypes)
        writer.member("maximum_token_seconds", maximumTokenSeconds)
        writer.key("one_time")
        writer.bool(oneTime)
        writer.key("required_claims")
        writer.value(.object(requiredClaims))
        writer.member("trust_domain", trustDomain)
    }
}

extension Issuer {
    /// Media types, which know no case (RFC 9110 section 8.3.1): lower case here, sorted, each once.
    private static func tokenTypes(_ reader: inout ObjectReader) throws(ShapeError) -> [String] {
        let types = try reader.strings("token_types")
        for (index, type) in types.enumerated() {
            let bytes = type.utf8
            let known = bytes.allSatisfy {
                $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
            }
            guard (1...64).contains(bytes.count), known else {
                throw ShapeError(
                    .value,
                    "\(reader.pointer(to: "token_types"))/\(index)",
                    "a type such as jwt or at+jwt is expected"
                )
            }
        }
        guard types.count <= 8 else {
            throw ShapeError(.value, reader.pointer(to: "token_types"), "at most 8 are allowed")
        }
        return Set(types.map { $0.lowercased() }).sorted()
    }
}
