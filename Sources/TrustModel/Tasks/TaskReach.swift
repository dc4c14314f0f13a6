// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// Operations of one API that a task may use.
public struct TaskReach: Sendable, Equatable {
    /// The API.
    public let api: ObjectID
    /// The names of its operations, sorted, each once.
    public let operations: [String]

    /// Some operations of an API.
    public init(api: ObjectID, operations: [String]) {
        self.api = api
        self.operations = Set(operations).sorted()
    }

    init(_ value: JSONValue, at pointer: String, references: some References) throws(ShapeError) {
        var reader = try ObjectReader(value, at: pointer)
        api = try references.resolve(try reader.string("api"), kind: .api, at: reader.pointer(to: "api"))
        let names = try reader.strings("operations")
        for (index, name) in names.enumerated() where !Name.isValid(name) {
            throw ShapeError(.value, "\(reader.pointer(to: "operations"))/\(index)", "an operation's name is expected")
        }
        operations = Set(names).sorted()
        try reader.finish()
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("api", api)
        writer.member("operations", operations)
        writer.endObject()
    }
}
