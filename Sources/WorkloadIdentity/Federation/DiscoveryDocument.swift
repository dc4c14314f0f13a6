// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// What an issuer says about itself (OpenID Connect Discovery section 3, RFC 8414 section 2), as far as verifying its
/// tokens needs it.
public struct DiscoveryDocument: Sendable {
    /// The most bytes of a document.
    public static let maximumBytes = 256 << 10

    /// The issuer, which is the one that was asked.
    public let issuer: IssuerURL
    /// Where its keys are.
    public let keys: HTTPLocation

    /// Reads the document that was fetched for `issuer`.
    ///
    /// - Parameters:
    ///   - bytes: The body.
    ///   - issuer: The issuer that was asked; the document must name it exactly (section 4.3), or anybody who can
    ///     answer for one issuer could answer for another.
    ///   - allowingLoopbackHTTP: Whether the keys of an issuer without TLS may lie at a loopback `http` URL. An
    ///     `https` issuer never sends its verifiers to plain `http`.
    /// - Throws: ``WorkloadIdentityError``.
    public init(
        parsing bytes: [UInt8],
        for issuer: IssuerURL,
        allowingLoopbackHTTP: Bool = false
    ) throws(WorkloadIdentityError) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(
                parsing: bytes,
                limits: JSONLimits(maximumBytes: Self.maximumBytes, maximumDepth: 16, maximumValues: 8192)
            )
        } catch {
            throw WorkloadIdentityError(.discovery, "the discovery document at \(error)")
        }
        guard case .object(let object) = value else {
            throw WorkloadIdentityError(.discovery, "the discovery document is no JSON object")
        }
        guard let claimed = object["issuer"]?.stringValue else {
            throw WorkloadIdentityError(.discovery, "the discovery document has no string 'issuer'")
        }
        guard issuer.matches(claimed) else {
            throw WorkloadIdentityError(.issuerMismatch, "the discovery document speaks for another issuer")
        }
        guard let keys = object["jwks_uri"]?.stringValue else {
            throw WorkloadIdentityError(.discovery, "the discovery document has no string 'jwks_uri'")
        }
        self.issuer = issuer
        self.keys = try Self.keyLocation(keys, of: issuer, allowingLoopbackHTTP: allowingLoopbackHTTP)
    }

    /// Checks a JWKS URL, from a discovery document or from configuration.
    ///
    /// It may lie on another host than the issuer, and may have a query.
    public static func keyLocation(
        _ text: String,
        of issuer: IssuerURL,
        allowingLoopbackHTTP: Bool = false
    ) throws(WorkloadIdentityError) -> HTTPLocation {
        let location = try HTTPLocation(text)
        try location.requireSecure(allowingLoopbackHTTP: allowingLoopbackHTTP && !issuer.location.isSecure)
        return location
    }
}
