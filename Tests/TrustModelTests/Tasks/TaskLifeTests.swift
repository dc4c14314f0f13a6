// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TrustModel

/// Tasks over random command sequences, beside a second, naive bookkeeping: parts never have more than wholes, nothing hangs
/// on what ended, and what nothing can hang on is forgotten (DESIGN invariant 4).
struct TaskLifeTests {
    /// What is known of tasks by a slower method.
    private struct Books {
        var tasks: [ObjectID: DeclaredTask] = [:]
        /// The revision at which each ended.
        var ends: [ObjectID: UInt64] = [:]
        /// The revisions of cuts, which may be of what ended before.
        var cuts: [ObjectID: [UInt64]] = [:]
        var spent: [ObjectID: [TaskAmounts.Counter: Int64]] = [:]

        func line(_ id: ObjectID) -> [ObjectID] {
            guard let task = tasks[id] else { return [] }
            return [id] + (task.parent.map(line) ?? [])
        }

        mutating func end(_ id: ObjectID, _ rev: UInt64) {
            for other in tasks.keys where line(other).contains(id) && ends[other] == nil { ends[other] = rev }
        }

        mutating func note(_ entry: Entry, _ rev: UInt64) {
            switch entry.body {
            case .putTask(let task): tasks[task.id] = task
            case .endTask(let ended): end(ended.task, rev)
            case .cut(let cut) where cut.scope.kind == .task:
                guard let id = ObjectID(cut.scope.value) else { break }
                cuts[id, default: []].append(rev)
                end(id, rev)
            case .spendTask(let spend):
                for id in line(spend.task) {
                    for counter in spend.amounts.counters {
                        spent[id, default: [:]][counter, default: 0] += spend.amounts[counter] ?? 0
                    }
                }
            default: break
            }
            let gone = tasks.values.filter { $0.expiresAt.milliseconds + 86_460_000 < entry.time.milliseconds }
            for task in gone {
                tasks[task.id] = nil
                ends[task.id] = nil
                spent[task.id] = nil
            }
        }

        func check(_ state: TrustState) {
            #expect(state.tasks.sorted.map(\.object.id) == tasks.keys.sorted())
            for (id, task) in tasks {
                guard let record = state.tasks[id] else { continue }
                #expect(record.retired == (ends[id] != nil) && (record.object.ending != nil) == record.retired)
                for counter in TaskAmounts.Counter.allCases {
                    let used = spent[id]?[counter] ?? 0
                    #expect(record.object.spent[counter] ?? 0 == used)
                    if let bound = task.budget[counter] { #expect(used <= bound) }
                }
                #expect(state.taskLine(id).map(\.object.id) == line(id) && line(id).count <= 8)
                guard let whole = task.parent.flatMap({ tasks[$0] }) else { continue }
                #expect(task.identity == whole.identity)
                #expect(whole.notBefore <= task.notBefore && task.expiresAt <= whole.expiresAt)
                for reach in task.apis { for name in reach.operations { #expect(whole.reaches(name, of: reach.api)) } }
                let isTouched = whole.dataClasses.isEmpty || Set(task.dataClasses).isSubset(of: whole.dataClasses)
                #expect(isTouched && (whole.dataClasses.isEmpty || !task.dataClasses.isEmpty))
                if ends[whole.id] != nil { #expect(ends[id] != nil, "a part outlived the whole") }
            }
        }
    }

    /// What hangs on a task at a revision counts as long as the task had not ended then.
    private static func checkHanging(_ state: TrustState, _ books: Books, _ random: inout SeededGenerator) {
        for (id, _) in books.tasks {
            let rev = UInt64.random(in: 0..<state.size, using: &random)
            let facts = CredentialFacts(
                origin: .registered(id: ObjectID(kind: .credential, high: 0, low: 0), rev: rev),
                holder: ObjectID(kind: .identity, high: 0, low: 0),
                memberships: state.taskScopes(id)
            )
            let isDead = if case .cut = state.revocations.standing(of: facts) { true } else { false }
            let ends = books.line(id).flatMap { (books.cuts[$0] ?? []) + (books.ends[$0].map { [$0] } ?? []) }
            #expect(isDead == ends.contains { $0 > rev })
        }
    }

    @Test(arguments: Seeds.some(12))
    func nothingOutlivesItsTask(seed: UInt64) throws {
        var commands = RandomCommands(seed: seed)
        var random = SeededGenerator(seed: seed &+ 1)
        var state = try TaskRuleTests.state()
        var books = Books()
        var (accepted, forgotten) = (0, 0)
        var now = Sample.now
        for step in 0..<400 {
            // Mostly seconds, now and then a night.
            now = now.advanced(
                byMilliseconds: Int64.random(in: 0...(random.chance(3) ? 40_000_000 : 600_000), using: &random)
            )
            commands.now = now
            // The sample's objects last a day; here they are needed for longer.
            if step.isMultiple(of: 10) { try Self.renew(&state, now) }
            var body = try commands.taskStep(state)
            if random.chance(5), let id = state.tasks.sorted.randomElement(using: &random)?.object.id {
                body = .cut(Cut(id: commands.fresh(.cut), scope: Scope(task: id)))
            }
            guard state.refusal(of: body, at: now) == nil else { continue }
            accepted += 1
            let entry = try Entry(stored: Entry(time: now, by: Sample.owner, body: body).stored())
            let (rev, known) = (state.size, books.tasks.count)
            try state.apply(entry)
            books.note(entry, rev)
            if books.tasks.count < known { forgotten += 1 }
            books.check(state)
            if step.isMultiple(of: 20) {
                Self.checkHanging(state, books, &random)
                var restored = try TrustState.restored(from: state.snapshot())
                #expect(restored.digest == state.digest && restored.snapshot() == state.snapshot())
                books.check(restored)
                Self.checkHanging(restored, books, &random)
                // What comes after is the same from either, what is forgotten included.
                var later = state
                let end = now.advanced(byMilliseconds: Int64.random(in: 0...200_000_000, using: &random))
                let nothing = Entry(time: end, by: Sample.owner, body: .anchorEvidence(Self.anchor(state)))
                try restored.apply(nothing)
                try later.apply(nothing)
                #expect(restored.digest == later.digest)
            }
        }
        #expect(accepted > 100 && forgotten > 0, "\(accepted) accepted, forgotten \(forgotten) times")
    }

    private static func anchor(_ state: TrustState) -> EvidenceAnchor {
        EvidenceAnchor(origin: "x", size: state.size, root: "AAAA")
    }

    private static func renew(_ state: inout TrustState, _ now: Timestamp) throws {
        let expiry = now.advanced(byMilliseconds: 8_640_000_000)
        func renewed(_ text: String) throws -> JSONValue {
            var object = try #require(try JSONValue(parsing: text).objectValue)
            object["expires_at"] = .string(expiry.description)
            return .object(object)
        }
        var api = try #require(try renewed(Sample.api()).objectValue)
        api["operations"] = [["name": "o", "method": "GET", "path": "/o"]]
        for body: EntryBody in [
            .putOperator(try Operator(stored: try renewed(Sample.operator))),
            .putIdentity(try Identity(stored: try renewed(Sample.identity(federation: Sample.binding)))),
            .putApi(try Api(stored: .object(api))),
        ] {
            try state.apply(Entry(time: now, by: Sample.owner, body: body))
        }
    }

    /// The newest entry's time says what is forgotten: neither earlier nor later.
    @Test func aTaskIsKnownForADayAfterItsWindow() throws {
        var state = try TaskRuleTests.state()
        let before = state.digest
        let id = Sample.id(.task, 11)
        try state.apply(.putTask(try TaskRuleTests.task()))
        try state.apply(.endTask(TaskEnd(task: id, isCompleted: true)))
        let facts = CredentialFacts(
            origin: .registered(id: Sample.id(.credential, 40), rev: 11),
            holder: Sample.id(.identity, 99),
            memberships: [Scope(task: id)]
        )
        #expect(state.revocations.standing(of: facts) == .cut(id))
        let end = Sample.now.advanced(byMilliseconds: TaskRuleTests.hour + TrustState.taskMemory)
        func anchor(_ time: Timestamp, _ size: UInt64) throws {
            let anchor = EvidenceAnchor(origin: "test.example/evidence-1-202611", size: size, root: "AAAA")
            try state.apply(Entry(time: time, by: Sample.owner, body: .anchorEvidence(anchor)))
        }
        try anchor(end, 8)
        #expect(state.tasks.count == 1 && state.revocations.standing(of: facts) == .cut(id))
        try anchor(end.advanced(byMilliseconds: 1), 7)
        #expect(state.tasks.count == 0 && state.find(id.description, kind: .task) == nil)
        #expect(state.revocations.standing(of: facts) == .good)
        // Not a trace is left.
        #expect(state.digest == before)
    }

    @Test func aCutOfATaskEndsItAndStays() throws {
        var state = try TaskRuleTests.state()
        let id = Sample.id(.task, 11)
        try state.apply(.putTask(try TaskRuleTests.task()))
        let part = try TaskRuleTests.task(12, [("parent", .string(id.description))])
        try state.apply(.putTask(part))
        try state.apply(.cut(Cut(id: Sample.id(.cut, 41), scope: Scope(task: id))))
        #expect(state.tasks[id]?.object.state(at: Sample.now) == .cancelled)
        #expect(state.tasks[part.id]?.object.ending?.by == Sample.owner)
        #expect(state.liveTask(part.id, at: Sample.now) == nil)
        #expect(state.tasks(of: Sample.id(.identity, 2), after: nil, limit: 9).map(\.object.id) == [id, part.id])
        #expect(state.tasks(of: Sample.id(.identity, 2), after: id, limit: 9).map(\.object.id) == [part.id])
    }
}
