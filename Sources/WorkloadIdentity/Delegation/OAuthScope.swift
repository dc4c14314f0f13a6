// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// A set of scope tokens, in the order written (RFC 6749 section 3.3).
///
/// Order means nothing to the standard; it is kept so that what was asked for can be shown as it was asked for. A token
/// written twice is there once.
public struct OAuthScope: Sendable, CustomStringConvertible {
    /// The most bytes of the text.
    public static let maximumBytes = 4096
    /// The most tokens.
    public static let maximumTokens = 128

    /// The tokens, each once.
    public let tokens: [String]

    /// The empty scope, which grants nothing by itself.
    public static let none = OAuthScope(distinct: [])

    private init(distinct tokens: [String]) { self.tokens = tokens }

    /// Reads the value of a `scope` parameter or claim: tokens with one space between them.
    ///
    /// - Throws: ``WorkloadIdentityError`` with `delegation` when it is empty, too long or has a character that a token
    ///   may not have.
    public init(_ text: String) throws(WorkloadIdentityError) {
        guard (1...Self.maximumBytes).contains(text.utf8.count) else {
            throw WorkloadIdentityError(.delegation, "a scope has 1 to \(Self.maximumBytes) bytes")
        }
        // scope-token = 1*( %x21 / %x23-5B / %x5D-7E )
        guard text.utf8.allSatisfy({ (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }) else {
            throw WorkloadIdentityError(.delegation, "a scope is printable ASCII without quotes and back slashes")
        }
        // The text is ASCII from here on, so that equal strings have equal bytes.
        var seen: Set<Substring> = []
        var tokens: [String] = []
        for token in text.split(separator: " ", omittingEmptySubsequences: false) {
            guard !token.isEmpty else {
                throw WorkloadIdentityError(.delegation, "the tokens of a scope have exactly one space between them")
            }
            if seen.insert(token).inserted { tokens.append(String(token)) }
        }
        guard tokens.count <= Self.maximumTokens else {
            throw WorkloadIdentityError(.delegation, "a scope has at most \(Self.maximumTokens) tokens")
        }
        self.tokens = tokens
    }

    /// Whether there is no token at all.
    public var isEmpty: Bool { tokens.isEmpty }

    /// Whether `token` is one of the tokens.
    public func contains(_ token: String) -> Bool { tokens.contains { sameBytes($0, token) } }

    /// Whether every token is also one of `other`'s: the same scope, or a narrower one.
    public func isWithin(_ other: OAuthScope) -> Bool {
        let allowed = Set(other.tokens)
        return tokens.allSatisfy { allowed.contains($0) }
    }

    /// The tokens that `other` has as well, in this scope's order.
    public func narrowed(to other: OAuthScope) -> OAuthScope {
        let allowed = Set(other.tokens)
        return OAuthScope(distinct: tokens.filter { allowed.contains($0) })
    }

    /// The tokens with one space between them; empty when there is none, and then no claim should be written.
    public var description: String { tokens.joined(separator: " ") }
}

extension OAuthScope: Equatable {
    /// The same tokens in any order.
    public static func == (left: OAuthScope, right: OAuthScope) -> Bool {
        left.tokens.count == right.tokens.count && left.isWithin(right)
    }
}
