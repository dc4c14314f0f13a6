// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Why an outbound call gave no usable answer.
///
/// The message is for operators; it quotes nothing that came from the other side.
struct OutboundFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of failure; more kinds may come.
    struct Code: Sendable, Hashable {
        let name: String

        /// The place is not one to connect to: its address, its port or its scheme.
        static let refusedAddress = Code(name: "refused_address")
        /// The name leads nowhere, nothing listens, or the connection broke.
        static let unreachable = Code(name: "unreachable")
        /// The time for the whole exchange ran out.
        static let timeout = Code(name: "timeout")
        /// The answer has more bytes than allowed.
        static let tooLarge = Code(name: "too_large")
        /// A status other than 200; redirects are not followed.
        static let status = Code(name: "status")
        /// No trusted TLS connection came about, or it was cut short.
        static let tls = Code(name: "tls")
        /// What came back is no HTTP/1.1 response, or is encoded in a way that was not asked for.
        static let malformed = Code(name: "malformed")
        /// Too many outbound calls are under way here: nothing that the other side did.
        static let busy = Code(name: "busy")
        /// The caller was cancelled.
        static let cancelled = Code(name: "cancelled")
    }

    let code: Code
    /// A sentence for operators.
    let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// `code: message`.
    var description: String { "\(code.name): \(message)" }

    static let cancelled = OutboundFailure(.cancelled, "the caller went away")
}
