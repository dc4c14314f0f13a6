// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Why a key, a key set or a token is refused.
///
/// The message is a sentence for people; it names members and bounds, never the value that was received.
public struct JOSEError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of refusal; more kinds may come.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The stable name.
        public let description: String

        /// Not the compact serialization of RFC 7515 section 7.1.
        public static let malformed = Code(description: "malformed")
        /// Not canonical base64url.
        public static let encoding = Code(description: "encoding")
        /// More bytes, keys or members than allowed.
        public static let size = Code(description: "size")
        /// The header is no acceptable JSON object, or a member is of the wrong type.
        public static let header = Code(description: "header")
        /// The header has a member that is not on the allow-list.
        public static let headerMember = Code(description: "header_member")
        /// The header names critical extensions; none is understood (RFC 7515 section 4.1.11).
        public static let critical = Code(description: "critical")
        /// The header brings its own key or says where to fetch one.
        public static let embeddedKey = Code(description: "embedded_key")
        /// The token says that it is not signed.
        public static let algorithmNone = Code(description: "algorithm_none")
        /// An algorithm that is not implemented here.
        public static let algorithmUnsupported = Code(description: "algorithm_unsupported")
        /// An algorithm that the caller does not allow.
        public static let algorithmNotAllowed = Code(description: "algorithm_not_allowed")
        /// The header's algorithm is not the key's.
        public static let algorithmMismatch = Code(description: "algorithm_mismatch")
        /// No key has the token's `kid`.
        public static let keyUnknown = Code(description: "key_unknown")
        /// More than one key could be meant.
        public static let keyAmbiguous = Code(description: "key_ambiguous")
        /// A key without a required member, or with one of the wrong shape.
        public static let keyMalformed = Code(description: "key_malformed")
        /// A key type or curve that is not implemented here.
        public static let keyUnsupported = Code(description: "key_unsupported")
        /// A key whose `use` or `key_ops` is not the verifying of signatures.
        public static let keyUse = Code(description: "key_use")
        /// A key too weak to trust: too short, or of a known broken generator.
        public static let keyWeak = Code(description: "key_weak")
        /// A private key where a public one is expected, or one whose halves do not belong together.
        public static let keyPrivate = Code(description: "key_private")
        /// Symmetric and asymmetric keys in one set.
        public static let keySetMixed = Code(description: "key_set_mixed")
        /// The signature does not verify.
        public static let signature = Code(description: "signature")
        /// The claims are no acceptable JSON object, or a registered claim is of the wrong type.
        public static let claims = Code(description: "claims")
    }

    /// The kind of refusal.
    public let code: Code
    /// A sentence for people.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// `code: message`.
    public var description: String { "\(code): \(message)" }
}
