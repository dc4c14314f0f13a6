// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// What a batch line answers instead of a result: `{"code", "message", "line", "column"}`.
///
/// Line and column are those of the text at fault. JSON that is well-formed but of the wrong form has no line of its
/// own; it is placed at the beginning and its `pointer` says where.
struct BatchFault: Error {
    let code: String
    let message: String
    var line = 1
    var column = 1
    var pointer: String?

    var json: JSONValue {
        var members: [(String, JSONValue)] = [
            ("code", .string(code)), ("message", .string(message)), ("line", .integer(Int64(line))),
            ("column", .integer(Int64(column))),
        ]
        if let pointer { members.append(("pointer", .string(pointer))) }
        return .object(JSONObject(members))
    }
}

extension BatchFault {
    /// A line, or text in it, that is no JSON.
    init(_ error: JSONError) {
        self.init(
            code: error.code.description,
            message: error.message,
            line: error.line,
            column: error.column
        )
    }

    /// Policies that do not parse.
    init(_ error: ParseError) {
        self.init(
            code: error.code.description,
            message: error.message,
            line: error.position.line,
            column: error.position.column
        )
    }

    /// A schema that cannot be read.
    init(_ error: SchemaError) {
        self.init(
            code: error.code.description,
            message: error.message,
            line: error.position?.line ?? 1,
            column: error.position?.column ?? 1,
            pointer: error.pointer
        )
    }

    /// JSON of the wrong form.
    ///
    /// - Parameter base: the pointer of the value in which `error` counts.
    init(_ error: some PointedError, under base: String) {
        self.init(code: error.code.description, message: error.message, pointer: base + error.pointer)
    }

    /// Entities that cannot be read.
    init(_ error: EntityReadError, under base: String) {
        switch error {
        case .json(let error): self.init(error)
        case .format(let error): self.init(error, under: base)
        case .store(let error):
            self.init(code: error.code.description, message: error.message, pointer: base)
        }
    }
}
