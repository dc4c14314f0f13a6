// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Why there is no answer. Whoever asked for a decision treats every one of these as a denial.
public struct ClientError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it is: a stable name. More may be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The stable name.
        public let description: String

        /// A code of the given name.
        public init(_ description: String) { self.description = description }

        /// The configuration can't be used: a file is missing, a URL is none, a token would travel in clear.
        public static let configuration = Code("configuration")
        /// No connection came about, so nothing was sent.
        public static let unreachable = Code("unreachable")
        /// The server's certificate is not trusted, or TLS failed.
        public static let untrusted = Code("untrusted")
        /// The answer did not come within the time allowed; one that comes later is dropped.
        public static let late = Code("late")
        /// The connection ended before the answer was whole.
        public static let interrupted = Code("interrupted")
        /// What came is no answer: not JSON, of another shape, or too large.
        public static let garbled = Code("garbled")
        /// The server does not know the token, or does not accept it any longer.
        public static let unauthenticated = Code("unauthenticated")
        /// The server understood and refused: the enforcement point may not ask this, or the question has a fault.
        public static let refused = Code("refused")
        /// The server can't answer now: overloaded, not ready, or out of order.
        public static let unavailable = Code("unavailable")
        /// The task was cancelled.
        public static let cancelled = Code("cancelled")
    }

    /// What kind of failure it is.
    public let code: Code
    /// A sentence for the operator of the enforcement point. It holds no secret.
    public let message: String
    /// The HTTP status, when the server answered at all.
    public let status: Int?
    /// The server's own name for the refusal (the `code` of its problem, RFC 9457), when it gave one.
    public let problem: String?
    /// How long the server asks to wait, when it said so.
    public let retryAfter: Duration?

    /// A failure.
    public init(
        _ code: Code,
        _ message: String,
        status: Int? = nil,
        problem: String? = nil,
        retryAfter: Duration? = nil
    ) {
        self.code = code
        self.message = message
        self.status = status
        self.problem = problem
        self.retryAfter = retryAfter
    }

    /// The code and the sentence.
    public var description: String { "\(code): \(message)" }
}
