// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Why a template cannot be linked, or a link not be taken back.
public struct LinkError: Error, Sendable, Hashable {
    /// The kind of fault; more kinds may come.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The stable name.
        public let description: String

        /// There is no template of this id.
        public static let unknownTemplate = Code(description: "unknown_template")
        /// There is no linked policy of this id.
        public static let unknownLink = Code(description: "unknown_link")
        /// A slot is left open.
        public static let missingValue = Code(description: "missing_value")
        /// A value is given for a slot that the template does not have.
        public static let unexpectedValue = Code(description: "unexpected_value")
        /// The id is taken, by a policy, a link or a template.
        public static let duplicateID = Code(description: "duplicate_id")
    }

    /// The kind of fault.
    public let code: Code
    /// A sentence for people.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension LinkError: CustomStringConvertible {
    /// The message.
    public var description: String { message }
}
