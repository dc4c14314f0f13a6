// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Why a rule, an address or a document about workload identities is refused.
///
/// The message is a sentence for people and quotes nothing that was received.
public struct WorkloadIdentityError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of refusal; more kinds may come.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The stable name.
        public let description: String

        /// Not an acceptable URL.
        public static let url = Code(description: "url")
        /// A URL without TLS where TLS is required.
        public static let insecureURL = Code(description: "insecure_url")
        /// No acceptable discovery document.
        public static let discovery = Code(description: "discovery")
        /// A discovery document that speaks for another issuer.
        public static let issuerMismatch = Code(description: "issuer_mismatch")
        /// An issuer rule that would admit too much, or nothing.
        public static let rule = Code(description: "rule")
        /// A status list or its encoding is malformed, or would cost more than allowed.
        public static let statusList = Code(description: "status_list")
        /// A transaction token without a claim it must have, or with one of the wrong shape.
        public static let transactionToken = Code(description: "transaction_token")
        /// A chain of actors, a scope or an authorization detail that is malformed or too large.
        public static let delegation = Code(description: "delegation")
        /// No IP address or address block.
        public static let address = Code(description: "address")
        /// No acceptable trust bundle, or too many.
        public static let bundle = Code(description: "bundle")
        /// A trust bundle that is older than the one it would replace.
        public static let bundleSequence = Code(description: "bundle_sequence")
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
