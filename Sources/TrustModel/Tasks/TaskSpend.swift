// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// One step's share of a task's budget, and so of the budgets of the tasks it is a part of.
public struct TaskSpend: Sendable, Equatable {
    /// The task.
    public let task: ObjectID
    /// How much of what; each at least 1.
    public let amounts: TaskAmounts

    /// A share of a task's budget.
    public init(task: ObjectID, amounts: TaskAmounts) {
        self.task = task
        self.amounts = amounts
    }

    init(_ value: JSONValue, at pointer: String) throws(ShapeError) {
        var reader = try ObjectReader(value, at: pointer)
        task = try StoredReferences().resolve(
            try reader.string("task"),
            kind: .task,
            at: reader.pointer(to: "task")
        )
        amounts = try Self.amounts(&reader)
        try reader.finish()
    }

    /// Reads the member `amounts`.
    public static func amounts(_ reader: inout ObjectReader) throws(ShapeError) -> TaskAmounts {
        guard let amounts = try TaskAmounts("amounts", of: &reader) else {
            throw ShapeError(.missing, reader.pointer(to: "amounts"), "'amounts' is required")
        }
        guard !amounts.isEmpty, amounts.counters.allSatisfy({ amounts[$0] ?? 0 > 0 }) else {
            throw ShapeError(.value, reader.pointer(to: "amounts"), "at least one amount, each from 1, is expected")
        }
        return amounts
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("task", task)
        amounts.writeMember("amounts", to: &writer)
        writer.endObject()
    }
}
