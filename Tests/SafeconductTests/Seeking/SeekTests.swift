// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TransparencyLog
import TrustModel
import TrustStore

@testable import Safeconduct

/// Searches against the decisions they foretell.
@Suite struct SeekTests {
    private static let policies = """
        @id("reads") permit (principal, action == Action::"read", resource) unless { resource == Operation::"orders/admin" };
        @id("small") permit (principal == Identity::"worker", action, resource)
        when { context.request has amount && context.request.amount < 10 };
        @id("few") @remedy("limit:1000000/day")
        permit (principal == Identity::"reader", action, resource == Operation::"orders/create")
        when { context.met.contains("limit:1000000/day") };
        @id("named") permit (principal in Boundary::"lab", action in Action::"call", resource);
        """

    private func seek(
        _ world: World,
        _ sought: AccessQuery.Sought,
        subject: String = "worker",
        operation: String = "orders/show",
        action: String = "call",
        attributes: String = "{}",
        after: String? = nil,
        limit: Int = 100,
        point: String = "edge"
    ) async throws -> Result<AccessPage, QuestionRefusal> {
        let query = AccessQuery(
            sought,
            subject: subject,
            resource: .operation(operation),
            action: action,
            attributes: try #require(try JSONValue(parsing: attributes).objectValue),
            after: after,
            limit: limit
        )
        let state = world.engine.view.state
        let record = try #require(state.find(point, kind: .enforcementPoint).flatMap { state.enforcementPoints[$0] })
        return await world.engine.seek(query, for: record)
    }

    @Test(arguments: ["{}", #"{"amount":5}"#, #"{"amount":50,"colour":"red"}"#])
    func `What is found is what decisions allow, and all of it`(_ attributes: String) async throws {
        try await World.run(policies: Self.policies) { world in
            try await world.put(
                .identity,
                "probe",
                World.identity(bound: "", custody: World.custody.replacing("prod/eu", with: "lab"))
            )
            try await world.put(.identity, "gone", World.identity(bound: ""))
            try await world.put(.identity, "held", World.identity(bound: ""))
            _ = try await world.hold(#"{"kind":"identity","id":"held"}"#)
            try await world.cut(#"{"kind":"identity","id":"gone"}"#)
            let identities = ["worker", "reader", "probe", "gone", "held", "nobody"]
            let operations = ["orders/show", "orders/create", "orders/admin", "orders/nothing", "elsewhere/show"]
            func isAllowed(_ identity: String, _ operation: String, _ action: String) async throws -> Bool {
                let question = Question(
                    subject: .asserted(identity),
                    resource: .operation(operation),
                    action: action,
                    attributes: try #require(try JSONValue(parsing: attributes).objectValue)
                )
                guard case .success(let decision) = try await world.ask(question) else { return false }
                return decision.outcome == .allow
            }
            var count = 0
            for action in ["call", "read", "write"] {
                for operation in operations {
                    var allowed: Set<String> = []
                    for name in identities where try await isAllowed(name, operation, action) { allowed.insert(name) }
                    let page = try await seek(
                        world,
                        .subjects,
                        operation: operation,
                        action: action,
                        attributes: attributes
                    ).get()
                    #expect(Set(page.results) == allowed, "\(action) \(operation)")
                    #expect(page.results.count == allowed.count && page.next == nil)
                    count += allowed.count
                }
                for identity in identities {
                    var allowed: [String] = []
                    for name in operations.sorted() where try await isAllowed(identity, name, action) {
                        allowed.append(name)
                    }
                    let page = try await seek(
                        world,
                        .resources,
                        subject: identity,
                        action: action,
                        attributes: attributes
                    ).get()
                    #expect(page.results == allowed, "\(identity) \(action)")
                    for operation in operations {
                        let found = try await seek(
                            world,
                            .actions,
                            subject: identity,
                            operation: operation,
                            attributes: attributes
                        ).get()
                        #expect(
                            found.results.contains(action) == allowed.contains(operation),
                            "\(identity) \(operation)"
                        )
                    }
                }
            }
            #expect(count > 5, "something is allowed at all")
        }
    }

    @Test func `Pages of any size give the same, also when identities are made meanwhile`() async throws {
        try await World.run(policies: "permit (principal, action, resource);") { world in
            for number in 0..<5 { try await world.put(.identity, "bot-\(number)", World.identity(bound: "")) }
            let all = try await seek(world, .subjects).get().results
            #expect(all.count == 7)
            for limit in [1, 2, 3, 7] {
                var found: [String] = []
                var next: String?
                repeat {
                    let page = try await seek(world, .subjects, after: next, limit: limit).get()
                    #expect(page.results.count <= limit)
                    found += page.results
                    next = page.next
                } while next != nil
                #expect(found == all, "\(limit)")
            }
            let first = try await seek(world, .subjects, limit: 4).get()
            // Ids made in one millisecond stand in no order.
            world.clock.advance(seconds: 1)
            try await world.put(.identity, "late", World.identity(bound: ""))
            let rest = try await seek(world, .subjects, after: first.next).get()
            #expect(first.results + rest.results == all + ["late"])
            let operations = try await seek(world, .resources, limit: 2).get()
            #expect(operations.results == ["orders/admin", "orders/create"])
            #expect(try await seek(world, .resources, after: operations.next).get().results == ["orders/show"])
        }
    }

    @Test func `Each page is one leaf that says what was asked and how many were found`() async throws {
        try await World.run(policies: Self.policies) { world in
            let page = try await seek(world, .resources, subject: "reader", attributes: #"{"colour":"red"}"#).get()
            let name = try #require(LogName(page.leaf.log))
            let log = try #require(try world.engine.log(name))
            let body = try #require(try log.leaves(page.leaf.index..<page.leaf.index + 1).first?.body)
            let leaf = try JSONValue(parsing: body)
            let state = world.engine.view.state
            #expect(leaf["kind"] == "search" && leaf["sought"] == "resources" && leaf["action"] == "call")
            #expect(leaf["identity"]?.stringValue == state.find("reader", kind: .identity)?.description)
            #expect(leaf["pep"]?.stringValue == state.find("edge", kind: .enforcementPoint)?.description)
            #expect(leaf["rev"]?.integerValue == Int64(page.rev) && leaf["policies"] != nil)
            #expect(leaf["examined"] == 3 && leaf["found"] == 1 && leaf["first"] == true && leaf["last"] == true)
            #expect(leaf["withheld"] != nil && !String(decoding: body, as: UTF8.self).contains("red"))
            #expect(EvidenceLeaf(stored: body)?.kind == "search")
            #expect(page.results == ["orders/show"])
        }
    }

    @Test func `Who may not vouch for subjects finds nothing, nor does anybody what was not granted`() async throws {
        try await World.run(policies: "permit (principal, action, resource);") { world in
            try await world.put(
                .enforcementPoint,
                "strict",
                #"{"apis":["orders"],"subjects":["proven"],\#(World.custody)}"#
            )
            try await world.put(.api, "ledger", #"{"operations":[],\#(World.custody)}"#)
            try await world.put(
                .enforcementPoint,
                "other",
                #"{"apis":["ledger"],"subjects":["asserted"],\#(World.custody)}"#
            )
            guard case .failure(let refusal) = try await seek(world, .resources, point: "strict") else {
                Issue.record("a point that may not vouch was answered")
                return
            }
            #expect(refusal.code == "not_granted")
            for sought in AccessQuery.Sought.allCases {
                #expect(try await seek(world, sought, point: "other").get().results.isEmpty)
                #expect(
                    try await seek(world, sought, subject: "nobody", operation: "orders/nothing").get().results == []
                )
            }
        }
    }

    @Test func `A search spends nothing and refuses what a decision refuses`() async throws {
        try await World.run(
            policies: """
                @remedy("limit:1/day") permit (principal, action, resource) when { context.met.contains("limit:1/day") };
                """
        ) { world in
            for _ in 0..<3 { #expect(try await seek(world, .resources).get().results.isEmpty) }
            #expect(try await world.ask(.asserted("worker")).get().outcome == .limit)
            guard case .failure(let refusal) = try await seek(world, .resources, attributes: #"{"amount":1.00001}"#)
            else {
                Issue.record("a number that Cedar can't hold was taken")
                return
            }
            #expect(refusal.code == "invalid_question")
        }
    }

    @Test func `A page ends where one could have ended`() async throws {
        try await World.run(policies: Self.policies) { world in
            let first = try #require(world.engine.view.state.identities.sorted.first?.object.id)
            for after in ["", "worker", "orders/show", "api_" + first.description.dropFirst(4)] {
                guard case .failure(let refusal) = try await seek(world, .subjects, after: after) else {
                    Issue.record("\(after) is no place to go on from")
                    continue
                }
                #expect(refusal.code == "invalid_question")
            }
            #expect(try await seek(world, .subjects, after: first.description).get().next == nil)
        }
    }

    @Test func `What no policy sees may be long, in a search as in a decision`() async throws {
        try await World.run(policies: Self.policies) { world in
            func found(_ member: String) async throws -> Result<AccessPage, QuestionRefusal> {
                let text = String(repeating: "x", count: 33_000)
                return try await seek(
                    world,
                    .actions,
                    operation: "orders/create",
                    attributes: "{\"\(member)\":\"\(text)\"}"
                )
            }
            _ = try await found("note").get()
            guard case .failure(let refusal) = try await found("amount") else {
                Issue.record("what policies see is recorded, and bounded")
                return
            }
            #expect(refusal.code == "invalid_question")
        }
    }
}
