// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections

/// Finds the tasks in the state: those whose time to be forgotten has come, those of one identity, the parts of one task.
///
/// Made of the records alone, so that a state read from a snapshot has the same one.
struct TaskIndex: Sendable {
    private struct Own: Sendable {
        var order = IDOrder()
        var count = 0
    }

    // By the end of the window and the revision of the declaration, of which there is one for each task.
    private var ends = IDOrder()
    private var declared: TreeDictionary<UInt64, ObjectID> = [:]
    private var own: TreeDictionary<ObjectID, Own> = [:]
    private var parts: TreeDictionary<ObjectID, [ObjectID]> = [:]

    /// The task whose window ends first, and when; nil when there is none.
    var first: (id: ObjectID, expiresAt: Timestamp)? {
        var first: UInt128?
        ends.forEach(after: nil) { end in
            first = end
            return false
        }
        guard let first, let id = declared[UInt64(truncatingIfNeeded: first)] else { return nil }
        return (id, Timestamp(milliseconds: Int64(truncatingIfNeeded: first >> 64)))
    }

    /// How many tasks of an identity are known.
    func count(of identity: ObjectID) -> Int { own[identity]?.count ?? 0 }

    /// The parts of a task, in the order of their declaration.
    func parts(of task: ObjectID) -> [ObjectID] { parts[task] ?? [] }

    /// The ids of an identity's tasks in their order until `body` says that it has enough.
    func forEach(of identity: ObjectID, after: ObjectID?, _ body: (ObjectID) -> Bool) {
        own[identity]?.order.forEach(after: after.map(Self.bits)) { bits in
            body(
                ObjectID(
                    kind: .task,
                    high: UInt64(truncatingIfNeeded: bits >> 64),
                    low: UInt64(truncatingIfNeeded: bits)
                )
            )
        }
    }

    mutating func insert(_ record: Record<DeclaredTask>) {
        let task = record.object
        ends.insert(Self.end(record))
        declared[record.created] = task.id
        own[task.identity, default: Own()].order.insert(Self.bits(task.id))
        own[task.identity, default: Own()].count += 1
        if let parent = task.parent { parts[parent, default: []].append(task.id) }
    }

    mutating func remove(_ record: Record<DeclaredTask>) {
        let task = record.object
        ends.remove(Self.end(record))
        declared[record.created] = nil
        own[task.identity, default: Own()].order.remove(Self.bits(task.id))
        own[task.identity, default: Own()].count -= 1
        if own[task.identity]?.count == 0 { own[task.identity] = nil }
        // A part's window ends no later than that of the whole, so it was forgotten before, or is in a moment.
        parts[task.id] = nil
        guard let parent = task.parent, var others = parts[parent] else { return }
        others.removeAll { $0 == task.id }
        parts[parent] = others.isEmpty ? nil : others
    }

    // A task that was written ends within the years that can be written, which no time before 1970 is.
    private static func end(_ record: Record<DeclaredTask>) -> UInt128 {
        UInt128(UInt64(bitPattern: record.object.expiresAt.milliseconds)) << 64 | UInt128(record.created)
    }

    private static func bits(_ id: ObjectID) -> UInt128 { UInt128(id.high) << 64 | UInt128(id.low) }
}
