// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Why a partial request cannot be worked with.
public struct PartialRequestError: Error, Sendable, Hashable {
    /// The kind of fault; more kinds may come.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The stable name.
        public let description: String

        /// The schema has no action that applies to the types in question.
        public static let environment = Code(description: "no_environment")
        /// The request is not one of those the partial request stands for.
        public static let binding = Code(description: "wrong_binding")
    }

    /// The kind of fault.
    public let code: Code

    init(_ code: Code) {
        self.code = code
    }

    /// A sentence for people.
    public var message: String {
        code == .environment
            ? "the schema has no action that applies to such a request"
            : "the request contradicts what was known when the policies were evaluated"
    }
}

extension PartialRequestError: CustomStringConvertible {
    /// The message.
    public var description: String { message }
}
