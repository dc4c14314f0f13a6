// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections

extension TrustState {
    func validate(_ task: DeclaredTask, at now: Timestamp) throws(CommandRefusal) {
        guard tasks[task.id] == nil, task.isFresh else {
            throw CommandRefusal(.conflict, "/id", "this task was declared before")
        }
        guard let identity = identities[task.identity], !identity.retired, identity.object.custody.expiresAt > now
        else { throw CommandRefusal(.reference, "/identity", "the identity is unknown, retired or expired") }
        guard revocations.hold(on: task.identity) == nil else {
            throw CommandRefusal(.conflict, "/identity", "a hold is on the identity; it begins nothing new")
        }
        try validateWindow(of: task, identity.object, at: now)
        for (index, reach) in task.apis.enumerated() {
            guard let api = apis[reach.api], !api.retired, api.object.custody.expiresAt > now else {
                throw CommandRefusal(.reference, "/apis/\(index)/api", "this API is unknown, retired or expired")
            }
            for (place, name) in reach.operations.enumerated()
            where !api.object.operations.contains(where: { $0.name == name }) {
                throw CommandRefusal(
                    .reference,
                    "/apis/\(index)/operations/\(place)",
                    "the API '\(api.object.name)' has no operation '\(name)'"
                )
            }
        }
        if let parent = task.parent { try validate(task, partOf: parent, at: now) }
        guard taskIndex.count(of: task.identity) < Self.tasksPerIdentity, tasks.count < Self.taskLimit else {
            throw CommandRefusal(
                .conflict,
                "",
                "too many tasks are known: \(Self.tasksPerIdentity) of one identity, \(Self.taskLimit) of all; "
                    + "one is forgotten a day after the end of its window"
            )
        }
    }

    private func validateWindow(of task: DeclaredTask, _ identity: Identity, at now: Timestamp) throws(CommandRefusal) {
        guard task.expiresAt > now, task.notBefore < task.expiresAt else {
            throw CommandRefusal(.value, "/expires_at", "the window is over before it begins, or by now")
        }
        let longest = DeclaredTask.longestMilliseconds
        guard task.expiresAt <= task.notBefore.advanced(byMilliseconds: longest) else {
            throw CommandRefusal(.value, "/expires_at", "a task lasts 24 hours at most")
        }
        guard task.notBefore <= now.advanced(byMilliseconds: longest) else {
            throw CommandRefusal(.value, "/not_before", "a task begins within 24 hours")
        }
        guard task.expiresAt <= identity.custody.expiresAt else {
            throw CommandRefusal(.value, "/expires_at", "a task does not outlive its identity")
        }
    }

    private func validate(_ task: DeclaredTask, partOf parent: ObjectID, at now: Timestamp) throws(CommandRefusal) {
        guard let whole = tasks[parent]?.object, whole.identity == task.identity else {
            throw CommandRefusal(.reference, "/parent", "no task of this identity has this id")
        }
        guard whole.state(at: now) == .open else {
            throw CommandRefusal(.conflict, "/parent", "this task is \(whole.state(at: now).rawValue)")
        }
        guard hold(onTask: parent) == nil else {
            throw CommandRefusal(.conflict, "/parent", "a hold is on this task; it begins nothing new")
        }
        guard taskLine(parent).count < DeclaredTask.depthLimit else {
            throw CommandRefusal(
                .value,
                "/parent",
                "tasks are parts of one another \(DeclaredTask.depthLimit) deep at most"
            )
        }
        if let member = whole.exceeded(by: task) {
            throw CommandRefusal(.value, "/\(member)", "a part has no more than the whole")
        }
    }

    func validate(_ end: TaskEnd, at now: Timestamp) throws(CommandRefusal) {
        guard let task = tasks[end.task]?.object else { throw CommandRefusal(.notFound, "", "no task has this id") }
        guard task.state(at: now) == .open else {
            throw CommandRefusal(.conflict, "", "this task is \(task.state(at: now).rawValue) already")
        }
    }

    func validate(_ spend: TaskSpend, at now: Timestamp) throws(CommandRefusal) {
        let line = taskLine(spend.task)
        guard let task = line.first?.object else { throw CommandRefusal(.notFound, "", "no task has this id") }
        guard task.isAlive(at: now) else {
            let state = task.state(at: now)
            throw CommandRefusal(.conflict, "", "this task is \(state == .open ? "not begun" : state.rawValue)")
        }
        guard hold(onTask: spend.task) == nil else { throw CommandRefusal(.conflict, "", "a hold is on this task") }
        for counter in spend.amounts.counters where spend.amounts[counter] ?? 0 < 1 {
            throw CommandRefusal(.value, "/amounts/\(counter.rawValue)", "a number from 1 is expected")
        }
        guard !spend.amounts.isEmpty else { throw CommandRefusal(.value, "/amounts", "an amount is expected") }
        for record in line {
            guard let spent = record.object.spent.adding(spend.amounts) else {
                throw CommandRefusal(.value, "/amounts", "this is more than can be counted")
            }
            guard let counter = record.object.budget.exceeded(by: spent) else { continue }
            let left = (record.object.budget[counter] ?? 0) - (record.object.spent[counter] ?? 0)
            let whose =
                record.object.id == spend.task ? "this task" : "the task \(record.object.id) that it is a part of"
            throw CommandRefusal(
                .budgetExhausted,
                "/amounts/\(counter.rawValue)",
                "\(whose) has \(left) \(counter.rawValue) left"
            )
        }
    }
}
