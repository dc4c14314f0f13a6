// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
internal import TrustModel

/// What policies see of the task that a call belongs to.
struct CallTask: Sendable, Equatable {
    /// The task's id.
    let id: String
    /// What it was declared for; empty where it is not known any more.
    let purpose: String
    /// Whether the call is one that the task was declared for: its operation and class of data are the task's, and the task
    /// counts at the moment of the call.
    let within: Bool

    /// The value of `context.task`.
    var record: Cedar.Record {
        ["id": .string(Text(id)), "purpose": .string(Text(purpose)), "within": .bool(within)]
    }

    /// What a policy test states of it.
    init(id: String, purpose: String, within: Bool) {
        self.id = id
        self.purpose = purpose
        self.within = within
    }

    /// The task of a call as a state knows it.
    init(_ id: ObjectID, calling resource: Resource, in state: borrowing TrustState, at now: Timestamp) {
        let task = state.tasks[id]?.object
        self.init(
            id: id.description,
            purpose: task?.purpose ?? "",
            within: task.map { task in
                task.isAlive(at: now) && task.reaches(resource.operation.name, of: resource.api.object.id)
                    && task.touches(dataClass: resource.dataClass)
            } ?? false
        )
    }
}
