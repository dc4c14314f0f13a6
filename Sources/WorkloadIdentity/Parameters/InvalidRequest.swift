// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Why a form body is refused: what `invalid_request` means this time (RFC 6749 section 5.2).
///
/// The message names parameters that this server knows and bounds, never what was received.
public struct InvalidRequest: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of refusal; more kinds may come.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The stable name.
        public let description: String

        /// Not `application/x-www-form-urlencoded`.
        public static let mediaType = Code(description: "media_type")
        /// More bytes or parameters than allowed.
        public static let size = Code(description: "size")
        /// A character that must be escaped, or an escape that is none.
        public static let encoding = Code(description: "encoding")
        /// The escapes spell no UTF-8, or a control character.
        public static let text = Code(description: "text")
        /// A name that no parameter can have.
        public static let name = Code(description: "name")
        /// A parameter that is there more than once.
        public static let duplicate = Code(description: "duplicate")
        /// A parameter that must be there and is not.
        public static let missing = Code(description: "missing")
    }

    /// The kind of refusal.
    public let code: Code
    /// A sentence for people, without the characters that `error_description` may not have.
    public let message: String
    /// The byte of the body where it was noticed, from 0; nil where no place is to blame.
    public let position: Int?

    init(_ code: Code, _ message: String, at position: Int? = nil) {
        self.code = code
        self.message = message
        self.position = position
    }

    /// The error to answer.
    public var error: OAuthError { .invalidRequest }

    /// `code: message`.
    public var description: String { "\(code): \(message)" }
}
