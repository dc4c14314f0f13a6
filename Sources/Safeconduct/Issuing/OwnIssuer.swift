// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// The issuer of the tokens that are issued here, as tokens and registrations of others are compared with it.
struct OwnIssuer: Sendable {
    /// The URL, without a slash at its end; empty while nobody knows it: then no token is ours.
    let url: String

    /// Whether `text`, the `iss` of a token, is this issuer, byte by byte (RFC 8414 section 2).
    func matches(_ text: String) -> Bool { !url.isEmpty && sameBytes(url, text) }

    /// Whether `text` is this address, however many slashes stand at its end: nobody else may have it.
    func isAddress(_ text: String) -> Bool {
        var end = text.utf8.endIndex
        while end > text.utf8.startIndex, text.utf8[text.utf8.index(before: end)] == UInt8(ascii: "/") {
            end = text.utf8.index(before: end)
        }
        return matches(String(text[..<end]))
    }
}

extension Engine {
    /// Our own issuer, as it is known now.
    var ownIssuer: OwnIssuer { OwnIssuer(url: issuerURL) }
}
