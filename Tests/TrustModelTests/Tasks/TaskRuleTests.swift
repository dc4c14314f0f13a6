// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TrustModel

/// What a declaration may say, and what is refused of what.
struct TaskRuleTests {
    static let hour: Int64 = 3_600_000

    /// A declaration of the sample's identity, an hour from now, with other members than the usual ones.
    static func declaration(_ number: UInt64 = 11, _ members: [(String, JSONValue?)] = []) throws -> JSONValue {
        var object = try #require(try JSONValue(parsing: Sample.task(number)).objectValue)
        for (name, value) in members { object[name] = value }
        return .object(object)
    }

    static func task(_ number: UInt64 = 11, _ members: [(String, JSONValue?)] = []) throws -> DeclaredTask {
        try DeclaredTask(stored: try declaration(number, members))
    }

    private static func time(_ milliseconds: Int64) -> JSONValue {
        .string(Sample.now.advanced(byMilliseconds: milliseconds).description)
    }

    /// A state without the sample's holds.
    static func state() throws -> TrustState {
        var state = TrustState()
        for entry in try Sample.entries() {
            if case .placeHold = entry.body { continue }
            try state.apply(entry)
        }
        return state
    }

    private static let api = JSONValue.string(Sample.id(.api, 3).description)

    @Test(
        arguments: [
            ("apis", nil), ("apis", []), ("apis", [["api": api, "operations": []]]),
            ("apis", [["api": api, "operations": ["show"]], ["api": api, "operations": ["cancel"]]]),
            ("apis", [["api": "orders", "operations": ["show"]]]),
            ("apis", [["api": api, "operations": ["Not a name"]]]),
            (
                "apis",
                .array((0..<17).map { ["api": .string(Sample.id(.api, $0).description), "operations": ["show"]] })
            ),
            ("apis", [["api": api, "operations": .array((0..<65).map { .string("o\($0)") })]]),
            ("purpose", nil), ("purpose", "Some prose."), ("identity", "checkout"), ("budget", ["calls": -1]),
            ("budget", ["tea": 1]), ("budget", ["calls": "1"]), ("data_classes", ["Not a term"]), ("reference", ""),
            ("reference", "a b"), ("reference", .string(String(repeating: "r", count: 257))), ("not_before", "now"),
            ("parent", "crd_01M7YXN63C7M08H2XHPFZTAZMK"), ("spent", ["calls": -1]),
            ("ended", ["state": "expired", "by": api]), ("ended", ["state": "completed"]), ("colour", "red"),
        ] as [(String, JSONValue?)]
    )
    func shapesThatAreRefused(_ member: String, _ value: JSONValue?) throws {
        #expect(throws: ShapeError.self) { try Self.task(11, [(member, value)]) }
    }

    @Test(
        arguments: [
            ("identity", .string(Sample.id(.identity, 99).description), "/identity", .reference),
            (
                "apis", [["api": .string(Sample.id(.api, 99).description), "operations": ["show"]]], "/apis/0/api",
                .reference
            ),
            ("apis", [["api": api, "operations": ["show", "nothing"]]], "/apis/0/operations/0", .reference),
            ("expires_at", time(0), "/expires_at", .value), ("not_before", time(hour), "/expires_at", .value),
            ("not_before", time(-24 * hour), "/expires_at", .value),
            ("parent", .string(Sample.id(.task, 99).description), "/parent", .reference),
            ("spent", ["calls": 1], "/id", .conflict),
            ("ended", ["state": "completed", "by": api], "/id", .conflict),
        ] as [(String, JSONValue, String, CommandRefusal.Code)]
    )
    func whatTheStateRefuses(
        _ member: String,
        _ value: JSONValue,
        _ pointer: String,
        _ code: CommandRefusal.Code
    ) throws {
        let refusal = try Self.state().refusal(of: .putTask(try Self.task(11, [(member, value)])))
        #expect(refusal?.pointer == pointer && refusal?.code == code)
    }

    @Test func whoIsGoneOrHeldBeginsNothing() throws {
        let task = EntryBody.putTask(try Self.task())
        #expect(try Self.state().refusal(of: task) == nil)
        // The sample holds everything.
        #expect(try Sample.state().refusal(of: task)?.code == .conflict)
        var state = try Self.state()
        #expect(state.refusal(of: task, at: Sample.now.advanced(byMilliseconds: Self.hour))?.pointer == "/expires_at")
        try state.apply(.retire(Sample.id(.identity, 2)))
        #expect(state.refusal(of: task)?.pointer == "/identity")
        var without = try Self.state()
        try without.apply(.retire(Sample.id(.api, 3)))
        #expect(without.refusal(of: task)?.pointer == "/apis/0/api")
    }

    /// A part has no more than the whole, whatever of it is looked at.
    @Test(
        arguments: [
            ("purpose", "other", nil), ("apis", [["api": api, "operations": ["show"]]], nil),
            ("apis", [["api": api, "operations": ["cancel", "show"]]], "/apis"), ("data_classes", nil, "/data_classes"),
            ("data_classes", ["internal", "secret"], "/data_classes"), ("budget", ["calls": 11], "/budget"),
            ("budget", ["calls": 10, "rows": 5], nil), ("budget", nil, nil), ("not_before", time(-1), "/not_before"),
            ("not_before", time(1), nil), ("expires_at", time(hour + 1), "/expires_at"),
        ] as [(String, JSONValue?, String?)]
    )
    func partsOfATask(_ member: String, _ value: JSONValue?, _ pointer: String?) throws {
        var state = try Self.state()
        let reach = ("apis", [["api": Self.api, "operations": ["show"]]] as JSONValue?)
        try state.apply(.putTask(try Self.task(11, [reach, ("budget", ["calls": 10])])))
        let parent = JSONValue.string(Sample.id(.task, 11).description)
        let part = try Self.task(12, [reach, ("parent", parent), (member, value)])
        #expect(state.refusal(of: .putTask(part))?.pointer == pointer)
        if pointer != nil { #expect(throws: FoldError.self) { try state.apply(.putTask(part)) } }
    }

    @Test func tasksAreEightDeepAtMost() throws {
        var state = try Self.state()
        var parent: JSONValue?
        for number in 1...UInt64(DeclaredTask.depthLimit) {
            let body = EntryBody.putTask(try Self.task(number, [("parent", parent)]))
            #expect(state.refusal(of: body) == nil)
            try state.apply(body)
            parent = .string(Sample.id(.task, number).description)
        }
        let next = EntryBody.putTask(try Self.task(9, [("parent", parent)]))
        #expect(state.refusal(of: next)?.pointer == "/parent")
        #expect(throws: FoldError.self) { try state.apply(next) }
        #expect(state.taskScopes(Sample.id(.task, 8)).count == 8)
    }

    /// What is spent of a part is spent of the whole, to the last unit and not one more.
    @Test func spendingIsExact() throws {
        var state = try Self.state()
        let (whole, part) = (Sample.id(.task, 11), Sample.id(.task, 12))
        try state.apply(.putTask(try Self.task(11, [("budget", ["calls": 5, "rows": 9])])))
        let parent = JSONValue.string(whole.description)
        try state.apply(.putTask(try Self.task(12, [("parent", parent), ("budget", ["calls": 4])])))
        func spend(_ task: ObjectID, _ amounts: [TaskAmounts.Counter: Int64]) throws -> CommandRefusal? {
            let body = EntryBody.spendTask(TaskSpend(task: task, amounts: TaskAmounts(amounts)))
            if let refusal = state.refusal(of: body) {
                if refusal.code == .budgetExhausted { #expect(throws: FoldError.self) { try state.apply(body) } }
                return refusal
            }
            try state.apply(body)
            return nil
        }
        #expect(try spend(part, [.calls: 3, .bytes: 7]) == nil)
        #expect(try spend(whole, [.calls: 2]) == nil)
        // The part has one call left by itself, the whole none.
        let refusal = try #require(try spend(part, [.calls: 1]))
        #expect(refusal.code == .budgetExhausted && refusal.pointer == "/amounts/calls")
        #expect(try spend(part, [.rows: 10])?.code == .budgetExhausted)
        #expect(try spend(part, [.rows: 9]) == nil)
        #expect(try spend(whole, [.rows: 1])?.code == .budgetExhausted)
        #expect(try spend(part, [.bytes: .max])?.pointer == "/amounts")
        #expect(try spend(part, [.bytes: 0])?.pointer == "/amounts/bytes")
        #expect(try spend(part, [:])?.pointer == "/amounts")
        #expect(try spend(Sample.id(.task, 99), [.calls: 1])?.code == .notFound)
        #expect(state.tasks[whole]?.object.spent == TaskAmounts([.calls: 5, .rows: 9, .bytes: 7]))
        #expect(state.tasks[part]?.object.spent == TaskAmounts([.calls: 3, .rows: 9, .bytes: 7]))
        try state.apply(.endTask(TaskEnd(task: part, isCompleted: true)))
        #expect(try spend(part, [.bytes: 1])?.code == .conflict)
    }

    @Test func ordersOfTheOldAreRefused() throws {
        var state = try Self.state()
        try state.apply(.putTask(try Self.task(11, [("not_before", Self.time(1000))])))
        let id = Sample.id(.task, 11)
        let spend = EntryBody.spendTask(TaskSpend(task: id, amounts: TaskAmounts([.calls: 1])))
        let end = EntryBody.endTask(TaskEnd(task: id, isCompleted: false))
        #expect(state.refusal(of: spend)?.message == "this task is not begun")
        #expect(state.refusal(of: end) == nil)
        let over = Sample.now.advanced(byMilliseconds: Self.hour)
        #expect(state.refusal(of: spend, at: over)?.message == "this task is expired")
        #expect(state.refusal(of: end, at: over)?.code == .conflict)
        // A hold stops it, and what is begun under it; its end it does not.
        let hold = Hold(id: Sample.id(.hold, 30), scope: Scope(task: id))
        try state.apply(.placeHold(hold))
        let later = Sample.now.advanced(byMilliseconds: 2000)
        #expect(state.refusal(of: spend, at: later)?.code == .conflict)
        let part = try Self.task(12, [("parent", .string(id.description)), ("not_before", Self.time(1000))])
        #expect(state.refusal(of: .putTask(part), at: later)?.pointer == "/parent")
        try state.apply(.liftHold(HoldLift(hold: hold.id, cut: Sample.id(.cut, 30))))
        #expect(state.refusal(of: spend, at: later) == nil)
        try state.apply(end)
        #expect(state.refusal(of: end)?.code == .conflict)
        #expect(throws: FoldError.self) { try state.apply(end) }
    }
}
