// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// Why a request is refused, as RFC 9457 writes it: what went wrong, where, and what would help.
public struct Problem: Error, Sendable {
    /// One fault within the request.
    public struct Fault: Sendable, Equatable {
        /// Where in the body (RFC 6901), `""` for the whole.
        public let pointer: String
        /// The kind of fault, a stable name.
        public let code: String
        /// A sentence for people.
        public let detail: String

        /// A fault at `pointer`.
        public init(pointer: String, code: String, detail: String) {
            self.pointer = pointer
            self.code = code
            self.detail = detail
        }
    }

    /// Which refusal this is; status, title and type follow from it.
    public let code: ProblemCode
    /// What happened this time, without secrets and without bytes of other callers.
    public var detail: String
    /// The faults found in the body.
    public var faults: [Fault]
    /// What the caller can do; the code's usual remedy unless given.
    public var remedy: String?
    /// Headers that belong to the refusal, such as `Allow`.
    public var headers: [(name: String, value: String)]
    /// Extension members (RFC 9457 section 3.2).
    public var members: [(name: String, value: JSONValue)]

    /// A refusal.
    public init(
        _ code: ProblemCode,
        _ detail: String,
        faults: [Fault] = [],
        remedy: String? = nil,
        headers: [(name: String, value: String)] = [],
        members: [(name: String, value: JSONValue)] = []
    ) {
        self.code = code
        self.detail = detail
        self.faults = faults
        self.remedy = remedy ?? code.row.remedy
        self.headers = headers
        self.members = members
    }
}

extension Problem {
    /// The refusal of a body that is not JSON, with the place of the first fault.
    public init(_ error: JSONError) {
        self.init(
            error.code == .size ? .bodyTooLarge : .invalidJSON,
            "line \(error.line), column \(error.column): \(error.message)",
            faults: [Fault(pointer: "", code: error.code.description, detail: error.message)],
            members: [("line", .integer(Int64(error.line))), ("column", .integer(Int64(error.column)))]
        )
    }

    /// The refusal of a JSON value of the wrong shape.
    public init(_ error: ShapeError) {
        self.init(
            .invalidRequest,
            error.description,
            faults: [Fault(pointer: error.pointer, code: error.code.description, detail: error.message)]
        )
    }
}
