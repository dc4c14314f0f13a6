// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections

extension TrustState {
    /// How long a task is known after the end of its window, in milliseconds: a day and a minute. What could have hung on
    /// it has ended by then by its own expiry, whatever the clocks of verifiers say.
    public static let taskMemory: Int64 = 86_460_000
    /// The most tasks of one identity that are known at a time.
    public static let tasksPerIdentity = 10_000
    /// The most tasks that are known at a time.
    public static let taskLimit = 500_000

    /// A task that counts at `now`; nil when it is unknown, ended, or not within its window.
    public func liveTask(_ id: ObjectID, at now: Timestamp) -> DeclaredTask? {
        guard let task = tasks[id]?.object, task.isAlive(at: now) else { return nil }
        return task
    }

    /// A task and those it is a part of, the innermost first.
    public func taskLine(_ id: ObjectID) -> [Record<DeclaredTask>] {
        var line: [Record<DeclaredTask>] = []
        var next: ObjectID? = id
        while let id = next, line.count < DeclaredTask.depthLimit, let record = tasks[id] {
            line.append(record)
            next = record.object.parent
        }
        return line
    }

    /// The scopes that what hangs on a task belongs to: that of the task and those of the tasks it is a part of.
    ///
    /// A cut of any of them ends it, and a hold on any of them stops it.
    public func taskScopes(_ id: ObjectID) -> [Scope] { taskLine(id).map { Scope(task: $0.object.id) } }

    /// The hold that stops a task: one on it, on a task it is a part of, or on its identity; nil when none does.
    public func hold(onTask id: ObjectID) -> ObjectID? {
        for record in taskLine(id) {
            if let hold = revocations.firstHold(on: Scope(task: record.object.id)) { return hold }
            if let hold = revocations.hold(on: record.object.identity) { return hold }
        }
        return nil
    }

    /// Some tasks of one identity in the order of their ids.
    ///
    /// - Parameters:
    ///   - after: Only those whose id is greater; nil for the first ones.
    ///   - limit: How many at most.
    public func tasks(of identity: ObjectID, after: ObjectID?, limit: Int) -> [Record<DeclaredTask>] {
        var found: [Record<DeclaredTask>] = []
        guard limit > 0 else { return found }
        taskIndex.forEach(of: identity, after: after) { id in
            if let record = tasks[id] { found.append(record) }
            return found.count < limit
        }
        return found
    }

    /// Folds the declaration of a task.
    mutating func fold(_ task: DeclaredTask, _ rev: UInt64, _ time: Timestamp) throws(FoldError) {
        guard tasks[task.id] == nil, task.isFresh, identities[task.identity] != nil else {
            throw FoldError(.invalid, "entry \(rev) declares a task again, or one of nobody")
        }
        if let parent = task.parent {
            guard let whole = tasks[parent]?.object, whole.ending == nil, whole.exceeded(by: task) == nil,
                taskLine(parent).count < DeclaredTask.depthLimit
            else { throw FoldError(.invalid, "entry \(rev) declares a part of a task that it does not fit") }
        }
        let record = Record(object: task, created: rev, rev: rev, changedAt: time)
        replace(record, \.tasks)
        taskIndex.insert(record)
    }

    /// Folds the end of a task.
    mutating func fold(_ end: TaskEnd, by: ObjectID, _ rev: UInt64, _ time: Timestamp) throws(FoldError) {
        guard let record = tasks[end.task], !record.retired else {
            throw FoldError(.invalid, "entry \(rev) ends a task that is none, or ended before")
        }
        self.end(record, DeclaredTask.Ending(state: end.state, by: by), rev, time)
    }

    /// Ends a task that an operator cuts: nothing new is to hang on it either.
    mutating func endTask(in scope: Scope, by: ObjectID, _ rev: UInt64, _ time: Timestamp) {
        guard scope.kind == .task, let id = ObjectID(scope.value), let record = tasks[id], !record.retired else {
            return
        }
        end(record, DeclaredTask.Ending(state: .cancelled, by: by), rev, time)
    }

    /// Ends a task, and with it its parts.
    private mutating func end(
        _ record: Record<DeclaredTask>,
        _ ending: DeclaredTask.Ending,
        _ rev: UInt64,
        _ time: Timestamp
    ) {
        var task = record.object
        task.ending = ending
        replace(Record(object: task, created: record.created, rev: rev, changedAt: time, retired: true), \.tasks)
        revocations.end(task: task.id, rev: rev, time: time)
        for id in taskIndex.parts(of: task.id) {
            guard let part = tasks[id], !part.retired else { continue }
            // No deeper than tasks can be parts of one another.
            end(part, DeclaredTask.Ending(state: .cancelled, by: ending.by), rev, time)
        }
    }

    /// Folds what is spent, of a task and of those it is a part of.
    mutating func fold(_ spend: TaskSpend, _ rev: UInt64, _ time: Timestamp) throws(FoldError) {
        let line = taskLine(spend.task)
        guard !line.isEmpty, !line.contains(where: \.retired) else {
            throw FoldError(.invalid, "entry \(rev) spends of a task that is none, or ended")
        }
        var changed: [DeclaredTask] = []
        for record in line {
            var task = record.object
            guard let spent = task.spent.adding(spend.amounts), task.budget.exceeded(by: spent) == nil else {
                throw FoldError(.invalid, "entry \(rev) spends more than a task has")
            }
            task.spent = spent
            changed.append(task)
        }
        for (record, task) in zip(line, changed) {
            replace(Record(object: task, created: record.created, rev: rev, changedAt: time), \.tasks)
        }
    }

    /// Forgets the tasks on which nothing can hang any more, and their ends with them: the time of the newest entry says
    /// which, so that every node forgets the same.
    mutating func forgetTasks(at time: Timestamp) {
        while let (id, expiresAt) = taskIndex.first, expiresAt.advanced(byMilliseconds: Self.taskMemory) < time,
            let record = tasks[id]
        {
            taskIndex.remove(record)
            tasks.remove(id)
            digest.remove(record.bytes())
            revocations.forget(task: id)
        }
    }

    /// Takes up a task of a snapshot, which is in its register by now.
    mutating func load(_ record: Record<DeclaredTask>) {
        taskIndex.insert(record)
        if record.retired { revocations.end(task: record.object.id, rev: record.rev, time: record.changedAt) }
    }
}
