// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Synchronization
import Testing
import TransparencyLog
import TrustModel
import TrustStore

@testable import Safeconduct

/// Questions that are asked together are answered as if each were asked alone.
@Suite struct BatchTests {
    private static let policies = """
        @id("reads") permit (principal, action == Action::"read", resource);
        @id("small") permit (principal, action, resource) when { context.request has amount && context.request.amount < 10 };
        @id("few") @remedy("limit:1000000/day")
        permit (principal, action, resource == Operation::"orders/create") when { context.met.contains("limit:1000000/day") };
        @id("asks") @remedy("approve:security")
        permit (principal, action, resource == Operation::"orders/admin") when { context.met.contains("approve:security") };
        @id("odd") forbid (principal, action, resource) when { context.request has amount && context.request.amount == 7 };
        @id("later") @mode("shadow") @alert("office") forbid (principal == Identity::"reader", action, resource);
        """

    /// What an answer says, without what the moment and the place of its leaf give it.
    private static func gist(_ answer: Result<Decision, QuestionRefusal>) -> String {
        switch answer {
        case .failure(let refusal): return "?\(refusal.code): \(refusal.message)"
        case .success(let decision):
            return """
                \(decision.outcome) \(decision.reason) \(decision.message) \(decision.policies) \(decision.remedies) \
                \(decision.identity ?? "-") \(decision.authenticate) \(decision.features ?? []) \(decision.alerts) \
                \(decision.shadow.map { "\($0)" } ?? "-") \(decision.failed.map(\.policy)) \(decision.quotas.count) \
                leaf \(decision.id != nil)
                """
        }
    }

    private static func question(_ world: World, _ token: String, _ generator: inout SeededGenerator) throws -> Question
    {
        let subjects: [Question.SubjectClaim] = [
            .asserted("worker"), .asserted("worker"), .asserted("reader"), .asserted("nobody"), .token(token),
            .token("no token"), .none,
        ]
        let resources: [Question.ResourceClaim] = [
            .operation("orders/show"), .operation("orders/show"), .operation("orders/create"),
            .operation("orders/admin"), .operation("orders/nothing"), .operation("elsewhere/show"),
            .call(host: "orders.example", method: "GET", path: "/v1/orders/17"),
            .call(host: "orders.example", method: "DELETE", path: "/v1/orders"),
        ]
        let attributes = [
            "{}", "{}", #"{"amount":5}"#, #"{"amount":7}"#, #"{"amount":50,"colour":"red"}"#, #"{"colour":"red"}"#,
            #"{"amount":1.00001}"#,
        ]
        var question = Question(
            subject: subjects[Int.random(in: 0..<subjects.count, using: &generator)],
            resource: resources[Int.random(in: 0..<resources.count, using: &generator)],
            action: Int.random(in: 0..<8, using: &generator) == 0 ? "write" : nil,
            attributes: try #require(
                try JSONValue(parsing: attributes[Int.random(in: 0..<attributes.count, using: &generator)]).objectValue
            )
        )
        if Int.random(in: 0..<6, using: &generator) == 0 { question.statedIdentity = "reader" }
        return question
    }

    @Test func aBatchSaysWhatItsQuestionsSayAlone() async throws {
        var generator = SeededGenerator()
        let seed = generator.seed
        try await World.run(policies: Self.policies) { world async throws in
            let token = try world.token()
            for size in [0, 1, 2, 7, 40, 150] {
                var questions: [Question] = []
                for _ in 0..<size { questions.append(try Self.question(world, token, &generator)) }
                var alone: [String] = []
                for question in questions { alone.append(Self.gist(try await world.ask(question))) }
                // Refusals that are recorded once a minute have to be new again.
                world.clock.advance(seconds: 61)
                let together = try await world.ask(questions)
                world.clock.advance(seconds: 61)
                #expect(together.map(Self.gist) == alone, "seed \(seed)")
                let ids = together.compactMap { try? $0.get().id }
                #expect(Set(ids).count == ids.count, "seed \(seed)")
            }
            // Leaves that share most of their bytes are what each would be alone.
            for decision in try await world.decisions() {
                let body = try #require(decision.leaf.body)
                #expect(try DecisionRecord(stored: body).stored() == body, "seed \(seed)")
            }
        }
    }

    @Test func eachQuestionHasALeafOfItsOwnAndAllAreOneCommit() async throws {
        try await World.run(policies: Self.policies) { world async throws in
            let before = world.engine.commits.sizes.reading
            let question = Question(subject: .asserted("worker"), resource: .operation("orders/show"))
            var other = question
            other.attributes = JSONObject([("amount", 3)])
            let answers = try await world.ask([question, question, other, question])
            let ids = answers.compactMap { try? $0.get().id }
            #expect(Set(ids).count == 4)
            #expect(ids == ids.sorted())
            let after = world.engine.commits.sizes.reading
            #expect(after.counts.reduce(0, +) - before.counts.reduce(0, +) == 1 && after.sum - before.sum == 4)
            // Equal records, and nobody who knows one commitment knows another.
            var commitments: Set<LeafCommitment> = []
            for answer in answers {
                commitments.insert(try await world.stored(try answer.get()).leaf.commitment)
            }
            #expect(commitments.count == 4)
        }
    }

    @Test func limitsAreSpentInTheOrderOfTheQuestions() async throws {
        let policies = """
            @id("few") @remedy("limit:3/minute")
            permit (principal, action, resource) when { context.met.contains("limit:3/minute") };
            """
        try await World.run(policies: policies) { world async throws in
            let question = Question(subject: .asserted("worker"), resource: .operation("orders/show"))
            let answers = try await world.ask(Array(repeating: question, count: 5))
            #expect(
                answers.map(World.reason) == [
                    "permitted", "permitted", "permitted", "limit_exceeded", "limit_exceeded",
                ]
            )
            #expect(try answers.map { try $0.get().remaining } == [2, 1, 0, nil, nil])
            #expect(World.reason(try await world.ask(question)) == "limit_exceeded")
        }
    }

    @Test func ofTwoEqualOneTimeTokensTheFirstCounts() async throws {
        try await World.run(policies: permitAll) { world async throws in
            try await world.put(
                .issuer,
                "ci",
                #"{"url":"\#(World.issuer)","audiences":["safeconduct"],"algorithms":["ES256"],"#
                    + #""maximum_token_seconds":600,"one_time":true,\#(World.custody)}"#
            )
            world.clock.advance(seconds: 1)
            let once = Question(subject: .token(try world.token(id: "a")), resource: .operation("orders/show"))
            let twice = Question(subject: .token(try world.token(id: "b")), resource: .operation("orders/show"))
            let answers = try await world.ask([once, twice, once, once])
            #expect(answers.map(World.reason) == ["permitted", "permitted", "token_replayed", "token_replayed"])
            #expect(World.reason(try await world.ask(twice)) == "token_replayed")
        }
    }

    /// A cut that commits while the leaves are written counts for those answers, and for no others.
    @Test func aCutInBetweenIsObeyedByThoseItCovers() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let token = Question(subject: .token(try world.token()), resource: .operation("orders/show"))
            let other = Question(subject: .asserted("reader"), resource: .operation("orders/show"))
            #expect(try await world.ask([token, other]).map(World.reason) == ["permitted", "permitted"])
            let before = try await world.decisions().count
            world.cutWorkerWhileWriting()
            let answers = try await world.ask([token, other, token])
            #expect(answers.map(World.reason) == ["credential_revoked", "permitted", "credential_revoked"])
            // The permits that were not given stay on record; of the two equal denials of a minute one has a leaf.
            let outcomes = try await world.decisions().prefix(4).map(\.record.outcome)
            #expect(outcomes == [.deny, .allow, .allow, .allow])
            #expect(try await world.decisions().count == before + 4)
            #expect(world.engine.outcomeCounts.open == 3)
        }
    }

    @Test func anUnrecordedBatchIsNotAnswered() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let question = Question(subject: .asserted("worker"), resource: .operation("orders/show"))
            world.store.faults.evidence.withLock { $0 = true }
            let answers = try await world.ask([question, question])
            #expect(answers.map(World.reason) == ["?evidence_unavailable", "?evidence_unavailable"])
            world.store.faults.evidence.withLock { $0 = false }
            #expect(try await world.ask([question, question]).map(World.reason) == ["permitted", "permitted"])
        }
    }
}
