// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Why PostgreSQL did not do what was asked. It never holds what was asked, nor what the server says about it: both may
/// quote a secret.
public struct PostgreSQLError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure; more kinds may come.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The stable name.
        public let description: String

        /// The client library is not installed on this machine.
        public static let absent = Code(description: "library_absent")
        /// No connection, or it broke.
        public static let unreachable = Code(description: "unreachable")
        /// No answer in time. The connection is given up: what was asked may have been done.
        public static let timeout = Code(description: "timeout")
        /// The server answered that it won't; ``PostgreSQLError/state`` says why.
        public static let refused = Code(description: "refused")
        /// What was given can't be put to a server: a name that is too long, a NUL in a text.
        public static let usage = Code(description: "usage")
    }

    /// The kind of failure.
    public let code: Code
    /// What the server said, in five characters; nil when it said nothing.
    public let state: SQLState?
    /// A sentence for operators.
    public let message: String

    /// A failure of the given kind.
    public init(_ code: Code, _ message: String, state: SQLState? = nil) {
        self.code = code
        self.message = message
        self.state = state
    }

    /// The shortest stable name: the server's five characters, else the code.
    public var name: String { state?.description ?? code.description }

    /// `name: message`.
    public var description: String { "\(name): \(message)" }
}
