// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The identifier of an OpenID Connect issuer: a URL without query and fragment (OpenID Connect Core section 1.2,
/// RFC 8414 section 2).
///
/// Issuers are compared byte by byte: a trailing slash makes another issuer.
public struct IssuerURL: Sendable, Hashable, CustomStringConvertible {
    /// The URL.
    public let location: HTTPLocation

    /// Reads an issuer identifier.
    ///
    /// - Parameters:
    ///   - text: The URL.
    ///   - allowingLoopbackHTTP: Whether plain `http` is accepted for a loopback address or `localhost`.
    /// - Throws: ``WorkloadIdentityError`` with the rule that is broken.
    public init(_ text: String, allowingLoopbackHTTP: Bool = false) throws(WorkloadIdentityError) {
        location = try HTTPLocation(text)
        try location.requireSecure(allowingLoopbackHTTP: allowingLoopbackHTTP)
        guard location.query == nil else { throw HTTPLocation.error("an issuer has no query") }
    }

    /// Where the discovery document of OpenID Connect Discovery section 4 lies.
    public var discoveryLocation: String {
        let text = location.description
        return
            "\(text.utf8.last == UInt8(ascii: "/") ? String(text.dropLast()) : text)/.well-known/openid-configuration"
    }

    /// Whether `text`, the `iss` of a token, is this issuer.
    public func matches(_ text: String) -> Bool { location.description.utf8.elementsEqual(text.utf8) }

    /// The URL as it was given.
    public var description: String { location.description }
}
