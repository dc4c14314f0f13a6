// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import Safeconduct
import StrictJSON
import TrustModel

// What identities mean to do: declared by themselves or by an operator.
extension V1Routes {
    private static let bodyBytes = 64 << 10
    /// How many tasks are looked at for one page of a list that is narrowed; the next page goes on from there.
    private static let scanLimit = 10_000

    var taskRoutes: [Route] {
        [
            declareTask, listTasks, showTask, endTask("complete", isCompleted: true),
            endTask("cancel", isCompleted: false), spendOfTask,
        ]
    }

    private var declareTask: Route {
        Route(
            .POST,
            "/v1/tasks",
            for: .identity,
            body: .json(maximumBytes: Self.bodyBytes),
            on: .pool,
            document: RouteDocument(
                "declareTask",
                "Declares what an identity means to do, and until when.",
                request: .json(.taskInput),
                answers: [.created(.task)]
            )
        ) { call throws(Problem) in
            let outcome = await engine.declareTask(try call.json(), by: try engine.giverID(call.caller))
            let revs = try Self.done(outcome).revs
            return try await answer(outcome, \.tasks) { state in
                state.tasks.newest { revs.contains($0.created) }?.object.id
            }
        }
    }

    private var listTasks: Route {
        Route(
            .GET,
            "/v1/tasks",
            for: .identity,
            on: .pool,
            document: RouteDocument(
                "listTasks",
                "Tasks by id: all of them for operators, their own for identities.",
                query: Parameter.paging + [
                    .optional("identity", .reference(to: .identity), "Those of one identity, by name or id."),
                    .optional("state", .choice(DeclaredTask.State.self), "Those in one state now."),
                ],
                answers: [.ok(.page(of: "Task", .task), headers: [.link])],
                problems: [.notFound]
            )
        ) { call throws(Problem) in
            let page = try PageRequest(call)
            let view = engine.view
            let after = try page.after.map { place throws(Problem) in
                guard let id = ObjectID(place), id.kind == .task else { throw PageRequest.badToken }
                return id
            }
            let identity = try Self.holder(call, view.state)
            let state = try Self.state(call)
            let records = Self.scan(view.state, identity, after)
            let now = engine.now()
            var found: [Record<DeclaredTask>] = []
            var place: ObjectID?
            for record in records.prefix(Self.scanLimit) where found.count < page.size {
                place = record.object.id
                if state.map({ $0 == record.object.state(at: now) }) ?? true { found.append(record) }
            }
            let goesOn = place != nil && place != records.last?.object.id
            var reply = page.reply(found, goingOnAt: goesOn ? place?.description : nil) { record, writer in
                engine.render(record, to: &writer)
            }
            reply.headers.append((ServerCore.revisionHeader, String(view.state.rev ?? 0)))
            return reply
        }
    }

    private static func scan(_ state: TrustState, _ identity: ObjectID?, _ after: ObjectID?) -> [Record<DeclaredTask>] {
        guard let identity else { return state.tasks.page(after: after, limit: scanLimit + 1) }
        return state.tasks(of: identity, after: after, limit: scanLimit + 1)
    }

    /// Whose tasks are asked for; nil for everybody's.
    private static func holder(_ call: HTTPCall, _ state: TrustState) throws(Problem) -> ObjectID? {
        let own = call.caller.audience == .identity ? ObjectID(call.caller.id) : nil
        guard let text = try call.queryValue("identity") else { return own }
        guard let id = state.find(text, kind: .identity), own == nil || own == id else {
            guard own == nil else { throw Problem(.forbidden, "an identity sees its own tasks alone") }
            throw Problem(.notFound, "no identity has this name or id")
        }
        return id
    }

    private static func state(_ call: HTTPCall) throws(Problem) -> DeclaredTask.State? {
        guard let text = try call.queryValue("state") else { return nil }
        guard let state = DeclaredTask.State(rawValue: text) else {
            let states = DeclaredTask.State.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem(.invalidRequest, "state is one of \(states)")
        }
        return state
    }

    private var showTask: Route {
        Route(
            .GET,
            "/v1/tasks/{id}",
            for: .identity,
            on: .pool,
            document: RouteDocument(
                "getTask",
                "One, by id.",
                answers: [.ok(.task)],
                problems: [.notFound]
            )
        ) { call throws(Problem) in
            let view = engine.view
            guard let id = view.state.find(call.parameters[0], kind: .task), let record = view.state.tasks[id],
                // Whose it is is no business of others.
                call.caller.audience != .identity || record.object.identity == ObjectID(call.caller.id)
            else { throw Problem(.notFound, "there is no task of this id") }
            var writer = JSONWriter()
            engine.render(record, to: &writer)
            return answer(writer, rev: view.state.rev)
        }
    }

    private func endTask(_ verb: String, isCompleted: Bool) -> Route {
        Route(
            .POST,
            "/v1/tasks/{id}/\(verb)",
            for: .identity,
            on: .pool,
            document: RouteDocument(
                "\(verb)Task",
                isCompleted
                    ? "It is done: whatever hangs on it, and its parts, ends."
                    : "It is given up: whatever hangs on it, and its parts, ends.",
                answers: [.ok(.task)]
            )
        ) { call throws(Problem) in
            let reference = call.parameters[0]
            let outcome = await engine.endTask(
                reference,
                isCompleted: isCompleted,
                by: try engine.giverID(call.caller)
            )
            return try await answer(outcome, \.tasks) { $0.find(reference, kind: .task) }
        }
    }

    private var spendOfTask: Route {
        Route(
            .POST,
            "/v1/tasks/{id}/spend",
            for: .identity,
            body: .json(maximumBytes: Self.bodyBytes),
            on: .pool,
            document: RouteDocument(
                "spendOfTask",
                "Spends of its budget, and of the budgets of the tasks it is a part of; exactly, or not at all.",
                request: .json(.taskSpending),
                answers: [.ok(.task)],
                problems: [.budgetExhausted]
            )
        ) { call throws(Problem) in
            let reference = call.parameters[0]
            let value = try call.json()
            let amounts: TaskAmounts
            do throws(ShapeError) {
                var reader = try ObjectReader(value)
                amounts = try TaskSpend.amounts(&reader)
                try reader.finish()
            } catch {
                throw Problem(error)
            }
            let outcome = await engine.spend(amounts, of: reference, by: try engine.giverID(call.caller))
            return try await answer(outcome, \.tasks) { $0.find(reference, kind: .task) }
        }
    }
}
