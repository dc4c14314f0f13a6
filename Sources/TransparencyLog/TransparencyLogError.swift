// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What made bytes from outside, or a request to this library, unusable.
///
/// Malformed input is an error. A well-formed proof or note that does not hold is a *verdict*, never an error.
public struct TransparencyLogError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure. New kinds may be added in any release, so switch with a `default`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The stable name of the kind.
        public let description: String

        private init(_ description: String) {
            self.description = description
        }

        /// The input is larger, longer or deeper than the bound that applies to it.
        public static let tooLarge = Code("too_large")
        /// The text is not UTF-8, or holds a control character.
        public static let encoding = Code("encoding")
        /// A signed note breaks the grammar of c2sp.org/signed-note.
        public static let note = Code("note")
        /// A key name, verifier key or private key cannot be used.
        public static let key = Code("key")
        /// The text of a note is not a checkpoint (c2sp.org/tlog-checkpoint).
        public static let checkpoint = Code("checkpoint")
        /// A proof file breaks the grammar of c2sp.org/tlog-proof.
        public static let proof = Code("proof")
        /// A tile address, tile or entry bundle breaks c2sp.org/tlog-tiles.
        public static let tile = Code("tile")
        /// Hashes and tree size do not fit each other.
        public static let tree = Code("tree")
        /// The cryptographic library refused to sign.
        public static let signing = Code("signing")
    }

    /// The kind of failure.
    public let code: Code
    /// One sentence for people. It never repeats the input, which may be hostile or secret.
    public let message: String
    /// The byte offset at which the input went wrong, where one is known.
    public let offset: Int?

    /// Makes an error of `code` with `message`, found `offset` bytes into the input.
    public init(_ code: Code, _ message: String, at offset: Int? = nil) {
        self.code = code
        self.message = message
        self.offset = offset
    }

    /// The code, the message and the offset in one line.
    public var description: String {
        guard let offset else { return "\(code): \(message)" }
        return "\(code): \(message) (byte \(offset))"
    }
}
