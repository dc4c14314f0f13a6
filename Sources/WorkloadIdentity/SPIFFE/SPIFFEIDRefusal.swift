// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Why a text is no SPIFFE ID (SPIFFE-ID specification, section 2).
public enum SPIFFEIDRefusal: String, Error, Sendable, Equatable, CaseIterable {
    /// More than ``SPIFFEID/maximumBytes``.
    case tooLong = "too_long"
    /// It does not begin with `spiffe://`.
    case scheme
    /// There is no trust domain.
    case trustDomainEmpty = "trust_domain_empty"
    /// The trust domain has more than ``TrustDomain/maximumBytes``.
    case trustDomainTooLong = "trust_domain_too_long"
    /// The trust domain has a character that it cannot have.
    case trustDomainCharacter = "trust_domain_character"
    /// A user, a password or a port stands beside the trust domain.
    case authority
    /// A percent sign: an id has no escapes, or it had several spellings.
    case escape
    /// A query or a fragment.
    case query
    /// The path ends with a slash.
    case trailingSlash = "trailing_slash"
    /// A segment of the path is empty.
    case emptySegment = "empty_segment"
    /// A segment of the path is `.` or `..`.
    case relativeSegment = "relative_segment"
    /// The path has a character that it cannot have.
    case pathCharacter = "path_character"

    /// The stable name of the reason.
    public var code: String { rawValue }

    /// A sentence for people; it quotes nothing of the text.
    public var message: String {
        switch self {
        case .tooLong: "a SPIFFE ID has at most \(SPIFFEID.maximumBytes) bytes"
        case .scheme: "a SPIFFE ID begins with 'spiffe://'"
        case .trustDomainEmpty: "the SPIFFE ID has no trust domain"
        case .trustDomainTooLong: "a trust domain has at most \(TrustDomain.maximumBytes) bytes"
        case .trustDomainCharacter: "a trust domain has letters, digits, '.', '-' and '_' only"
        case .authority: "a SPIFFE ID names neither a user nor a port"
        case .escape: "a SPIFFE ID has no percent-encoded characters"
        case .query: "a SPIFFE ID has neither a query nor a fragment"
        case .trailingSlash: "the path of a SPIFFE ID does not end with '/'"
        case .emptySegment: "the path of a SPIFFE ID has no empty segment"
        case .relativeSegment: "the path of a SPIFFE ID has no segment '.' or '..'"
        case .pathCharacter: "the path of a SPIFFE ID has letters, digits, '.', '-', '_' and '/' only"
        }
    }
}
