// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing
import TrustModel
import WorkloadIdentity

@testable import Safeconduct

/// Tokens that are good for one task (RFC 9396).
@Suite struct TaskTokenTests {
    /// A task of `worker` for half an hour at two APIs.
    private func declare(_ world: World, _ changes: JSONValue = [:]) async throws -> ObjectID {
        var value = JSONObject([
            ("identity", "worker"), ("purpose", "report"), ("expires_in", "30m"),
            (
                "apis",
                [
                    ["api": "orders", "operations": ["show", "create"]], ["api": "stock", "operations": ["count"]],
                ]
            ),
        ])
        for change in changes.objectValue ?? JSONObject() { value[change.key] = change.value }
        let revs = try World.done(await world.engine.declareTask(.object(value), by: world.local))
        return try #require(world.engine.view.state.tasks.newest { revs.contains($0.created) }).object.id
    }

    private func details(_ task: ObjectID, _ more: JSONValue = ["actions": ["show"]]) -> (String, String) {
        var detail = JSONObject([("type", "safeconduct_task"), ("identifier", .string(task.description))])
        for member in more.objectValue ?? JSONObject() { detail[member.key] = member.value }
        let text = JSONValue.array([.object(detail)]).serialized()
        return ("authorization_details", String(decoding: text, as: UTF8.self))
    }

    /// What a request of a client leads to: the token, or the error.
    private func outcome(
        _ world: World,
        _ key: SigningKey,
        as name: String = "worker",
        _ parameters: [(String, String)]
    ) async throws -> (token: IssuedToken?, text: String) {
        let request = try World.request(assertion: try world.assertion(key, as: name), parameters)
        switch await world.engine.token(request) {
        case .refused(let refusal): return (nil, refusal.error.code)
        case .granted(let answer):
            let own = world.engine.ownToken(answer.accessToken, world.engine.view, at: world.engine.now())
            return (try #require(own).token, answer.accessToken)
        }
    }

    private static let own = [("grant_type", "client_credentials")]

    private func run(_ body: (World, SigningKey, ObjectID) async throws -> Void) async throws {
        // Whoever has a task stays within it.
        let policies = """
            permit (principal, action, resource);
            forbid (principal, action, resource) when { context has task && !context.task.within };
            """
        try await World.run(policies: policies) { world async throws in
            try await world.put(
                .api,
                "stock",
                #"{"hosts":["stock.example"],\#(World.custody),"operations":["#
                    + #"{"name":"count","method":"GET","path":"/count"},{"name":"drop","method":"DELETE","path":"/x"}]}"#
            )
            try await body(world, try await world.key(of: "worker"), try await declare(world))
        }
    }

    @Test func theTokenDiesWithItsTask() async throws {
        try await run { world, key, task in
            // What is not said is what the details say.
            let got = try await outcome(
                world,
                key,
                Self.own + [details(task, ["actions": ["show"], "locations": ["orders"]])]
            )
            let token = try #require(got.token, "\(got.text)")
            #expect(token.task == task && token.purpose == "report" && token.scope.tokens == ["show"])
            #expect(token.scopes.contains(Scope(task: task)))
            let detail = try #require(token.details?.elements.first)
            #expect(detail.actions.texts == ["show"] && detail.identifier == task.description)
            #expect(detail.locations?.texts == [token.audience.description])
            #expect(try await world.reason(token: got.text) == "permitted")
            let other = try await outcome(
                world,
                key,
                Self.own + [details(task), ("audience", "orders"), ("scope", "show")]
            )
            try World.done(await world.engine.endTask(task.description, isCompleted: true, by: world.local))
            for text in [got.text, other.text] { #expect(try await world.reason(token: text) == "credential_revoked") }
            let late = try await outcome(world, key, Self.own + [details(task), ("audience", "orders")])
            #expect(late.text == "invalid_authorization_details")
        }
    }

    @Test func itOutlivesItsWindowBySoMuchAsNothing() async throws {
        try await run { world, key, _ in
            let brief = try await declare(world, ["expires_in": "2m"])
            let got = try await outcome(world, key, Self.own + [details(brief), ("audience", "orders")])
            let end = try #require(world.engine.view.state.tasks[brief]).object.expiresAt
            #expect(try #require(got.token).expiresAt <= end)
            let bounded: JSONValue = [
                "actions": ["show"], "not_after": .integer(world.clock.now.milliseconds / 1000 + 30),
            ]
            let less = try await outcome(world, key, Self.own + [details(brief, bounded), ("audience", "orders")])
            #expect(try #require(less.token).expiresAt <= world.clock.now.advanced(byMilliseconds: 30_000))
        }
    }

    @Test(
        arguments: [
            (["actions": ["show"]], [("audience", "orders"), ("scope", "show create")], "invalid_scope"),
            (["actions": ["show", "admin"]], [("audience", "orders")], "invalid_scope"),
            (["actions": ["drop"]], [("audience", "stock")], "invalid_scope"),
            (["actions": ["show"], "locations": ["stock"]], [("audience", "orders")], "invalid_target"),
            (["actions": ["show"], "datatypes": ["secret"]], [("audience", "orders")], "invalid_scope"),
            (["actions": ["show"], "datatypes": ["internal"]], [("audience", "orders")], ""),
            (
                ["actions": ["show"], "purpose": "something"], [("audience", "orders")],
                "invalid_authorization_details"
            ),
            (
                ["actions": ["show"], "privileges": ["root"]], [("audience", "orders")],
                "invalid_authorization_details"
            ),
            (["actions": ["show"], "more": 1], [("audience", "orders")], "invalid_authorization_details"),
            (
                ["actions": ["show"], "identifier": "tsk_01M7YXN63C7M08H2XHPFZTAZMK"], [("audience", "orders")],
                "invalid_authorization_details"
            ),
        ] as [(JSONValue, [(String, String)], String)]
    )
    func itIsNoWiderThanItsTask(_ detail: JSONValue, _ parameters: [(String, String)], _ error: String) async throws {
        try await run { world, key, task in
            let got = try await outcome(world, key, Self.own + [details(task, detail)] + parameters)
            #expect(error.isEmpty ? got.token != nil : got.text == error, "\(got.text)")
        }
    }

    @Test func nobodyTakesUpTheTaskOfAnother() async throws {
        try await run { world, _, task in
            let reader = try await world.key(of: "reader")
            let got = try await outcome(
                world,
                reader,
                as: "reader",
                Self.own + [details(task), ("audience", "orders")]
            )
            #expect(got.text == "invalid_authorization_details")
        }
    }

    @Test func aDelegationGoesWhereItsTaskGoes() async throws {
        try await run { world, key, task in
            let first = try await outcome(world, key, Self.own + [details(task), ("audience", "orders")])
            func exchanged(_ token: String, _ more: [(String, String)]) async throws -> (IssuedToken?, String) {
                try await outcome(
                    world,
                    key,
                    [
                        ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"), ("subject_token", token),
                        ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"),
                    ] + more
                )
            }
            let (second, text) = try await exchanged(first.text, [("audience", "stock"), ("scope", "count")])
            let token = try #require(second, "\(text)")
            let parent = try #require(first.token)
            #expect(token.task == task && token.ancestors.contains(parent.id))
            #expect(try await exchanged(first.text, [("audience", "stock"), ("scope", "drop")]).1 == "invalid_scope")
            // Without a task a token leads nowhere but where it was meant for.
            let plain = try await outcome(world, key, Self.own + [("audience", "orders"), ("scope", "show")])
            #expect(try await exchanged(plain.text, [("audience", "stock"), ("scope", "count")]).1 == "invalid_target")
            // A part of the task narrows it; another task does not.
            let part = try await declare(
                world,
                ["parent": .string(task.description), "apis": [["api": "stock", "operations": ["count"]]]]
            )
            let count: JSONValue = ["actions": ["count"]]
            let narrowed = try await exchanged(first.text, [details(part, count), ("audience", "stock")])
            #expect(narrowed.0?.task == part, "\(narrowed.1)")
            let other = try await declare(world)
            let strange = try await exchanged(first.text, [details(other, count), ("audience", "stock")])
            #expect(strange.1 == "invalid_authorization_details")
            let widened = try await exchanged(narrowed.1, [details(task), ("audience", "orders")])
            #expect(widened.1 == "invalid_authorization_details")
            // The end of the whole ends what hangs on its part.
            try World.done(await world.engine.endTask(task.description, isCompleted: false, by: world.local))
            let narrow = try await exchanged(narrowed.1, [("audience", "stock"), ("scope", "count")])
            #expect(narrow.1 == "invalid_grant")
        }
    }
}
