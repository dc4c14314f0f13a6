// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// The end of a task, by a command.
public struct TaskEnd: Sendable, Equatable {
    /// The task.
    public let task: ObjectID
    /// `completed` or `cancelled`.
    public let state: DeclaredTask.State

    /// The end of a task: done, or given up.
    public init(task: ObjectID, isCompleted: Bool) {
        self.task = task
        state = isCompleted ? .completed : .cancelled
    }

    init(_ value: JSONValue, at pointer: String) throws(ShapeError) {
        var reader = try ObjectReader(value, at: pointer)
        task = try StoredReferences().resolve(
            try reader.string("task"),
            kind: .task,
            at: reader.pointer(to: "task")
        )
        state = try reader.choice("state", DeclaredTask.State.self)
        guard state == .completed || state == .cancelled else {
            throw ShapeError(.value, reader.pointer(to: "state"), "completed or cancelled is expected")
        }
        try reader.finish()
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("task", task)
        writer.member("state", state.rawValue)
        writer.endObject()
    }
}
