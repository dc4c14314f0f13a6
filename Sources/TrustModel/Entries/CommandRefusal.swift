// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Why a command was not carried out; nothing was changed.
public struct CommandRefusal: Error, Sendable, CustomStringConvertible {
    /// The kind of refusal; more kinds may come.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The stable name.
        public let description: String

        /// A code of the given name.
        public init(description: String) { self.description = description }

        /// It contradicts what is there.
        public static let conflict = Code(description: "conflict")
        /// It is about something that does not exist.
        public static let notFound = Code(description: "not_found")
        /// It refers to something that does not exist or is gone.
        public static let reference = Code(description: "unknown_reference")
        /// A value is not allowed.
        public static let value = Code(description: "invalid_value")
        /// The policies of commands do not let it in.
        public static let denied = Code(description: "denied")
        /// Nobody would be left to answer for the control plane.
        public static let lastOwner = Code(description: "last_owner")
        /// A task's budget does not have that much left.
        public static let budgetExhausted = Code(description: "budget_exhausted")
    }

    /// One of several things at fault.
    public struct Fault: Sendable, Equatable {
        /// The JSON pointer of the member.
        public let pointer: String
        /// The stable name of what is wrong with it.
        public let code: String
        /// What to mend.
        public let message: String

        /// A fault.
        public init(pointer: String, code: String, message: String) {
            self.pointer = pointer
            self.code = code
            self.message = message
        }
    }

    /// The kind of refusal.
    public let code: Code
    /// The JSON pointer of the member at fault; empty for the whole.
    public let pointer: String
    /// What to mend.
    public let message: String
    /// Each thing at fault, where several are told of; empty where `pointer` and `message` say it all.
    public var faults: [Fault] = []
    /// What the policies of commands say; nil unless they are the reason.
    public var denial: CommandDenial?

    /// A refusal of the given kind.
    public init(_ code: Code, _ pointer: String, _ message: String) {
        self.code = code
        self.pointer = pointer
        self.message = message
    }

    /// `pointer: message`.
    public var description: String { pointer.isEmpty ? message : "\(pointer): \(message)" }
}
