// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TrustModel

@testable import Safeconduct

/// What enforcement points are told that ask why.
@Suite struct ReasonsTests {
    private static let policies = """
        @id("workers") permit (principal, action == Action::"read", resource in Api::"orders")
        when { principal.labels.contains("eu") && context.trust.api.score > 900 };
        @id("large") forbid (principal, action, resource)
        when { context.request has amount && context.request.amount > 10 }
        unless { context.trust.caller.score > 2000 || context.trust.caller.lineage > 2000 };
        @id("far") permit (principal == Identity::"nobody", action, resource) when { context.trust == {} };
        """

    private static func grant(_ world: World) async throws {
        let point = #"{"apis":["orders"],"subjects":["proven","asserted"],"explanations":true,\#(World.custody)}"#
        try await world.put(.enforcementPoint, "edge", point)
    }

    private static func question(
        _ subject: Question.SubjectClaim = .asserted("worker"),
        _ operation: String = "show",
        _ attributes: JSONObject = JSONObject(),
        from allowance: ReasonsAllowance = ReasonsAllowance()
    ) -> Question {
        var question = Question(subject: subject, resource: .operation("orders/" + operation), attributes: attributes)
        question.reasons = allowance
        return question
    }

    private static func told(_ decision: Decision) throws -> JSONValue {
        guard case .told(let bytes)? = decision.reasons else {
            Issue.record("nothing is told: \(String(describing: decision.reasons))")
            return .null
        }
        return try JSONValue(parsing: bytes)
    }

    /// Everything that is read, by its name.
    private static func reads(_ explanation: JSONValue) -> [String: JSONValue] {
        var reads: [String: JSONValue] = [:]
        for list in ["policies", "nearest"] {
            for policy in explanation[list]?.arrayValue ?? [] {
                for clause in policy["clauses"]?.arrayValue ?? [] {
                    for read in clause["values"]?.arrayValue ?? [] { reads[read["name"]?.stringValue ?? ""] = read }
                }
            }
        }
        return reads
    }

    @Test func itIsWhatOperatorsAreToldWithoutThePartsOfScores() async throws {
        try await World.run(policies: Self.policies) { world async throws in
            try await Self.grant(world)
            let attributes = JSONObject([("amount", 50)])
            let decision = try await world.ask(Self.question(.asserted("worker"), "show", attributes)).get()
            #expect(decision.reason == "forbidden")
            let told = try Self.told(decision)
            let replay = try await world.engine.replay(try await world.stored(decision))
            let whole = try JSONValue(parsing: try #require(replay.explanation))
            for member in ["decision", "determining", "failures", "policies_omitted"] {
                #expect(told[member] == whole[member], "\(member)")
            }
            func outcomes(_ value: JSONValue) -> [JSONValue?] {
                ["policies", "nearest"].flatMap { value[$0]?.arrayValue ?? [] }.flatMap {
                    [$0["policy"], $0["outcome"]]
                }
            }
            #expect(outcomes(told) == outcomes(whole))
            let (seen, known) = (Self.reads(told), Self.reads(whole))
            #expect(Set(seen.keys) == Set(known.keys))
            for (name, read) in seen {
                let isHidden = name.hasPrefix("context.trust") && name != "context.trust.caller.score"
                #expect((read["hidden"] == true) == isHidden, "\(name)")
                if !isHidden { #expect(read == known[name], "\(name)") }
            }
            #expect(seen["context.request.amount"]?["value"] == 50 && seen["context.trust.caller.lineage"] != nil)
            let text = try #require(told["text"]?.stringValue)
            #expect(text.hasPrefix("Forbidden by `large`.") && text.contains("amount"))
            #expect(!text.contains("lineage is"))
        }
    }

    @Test func onlyPointsThatMayAskAndDoAreTold() async throws {
        try await World.run(policies: Self.policies) { world async throws in
            guard case .notGranted? = try await world.ask(Self.question()).get().reasons else {
                Issue.record("it was told without the right")
                return
            }
            try await Self.grant(world)
            _ = try Self.told(try await world.ask(Self.question()).get())
            // Not asked.
            #expect(try await world.ask(.asserted("worker")).get().reasons == nil)
            // No policy was asked.
            #expect(try await world.ask(Self.question(.asserted("nobody"))).get().reasons == nil)
            #expect(try await world.ask(Self.question(.none)).get().reasons == nil)
            #expect(try await world.ask(Self.question(.asserted("worker"), "nothing")).get().reasons == nil)
            // The right counts as it is when the answer is given.
            try await world.put(
                .enforcementPoint,
                "edge",
                #"{"apis":["orders"],"subjects":["proven","asserted"],\#(World.custody)}"#
            )
            guard case .notGranted? = try await world.ask(Self.question()).get().reasons else {
                Issue.record("it was told after the right was taken")
                return
            }
        }
    }

    @Test func aCallThatIsNoRequestOfTheSchemaHasNoReasons() async throws {
        try await World.run { world async throws in
            try await Self.grant(world)
            let set = World.policySet(
                ("a.cedar", "permit (principal is Identity, action, resource);"),
                ("a.cedarschema", "type RequestAttributes = { amount?: Long };")
            )
            try World.done(await world.engine.activatePolicies(set, by: world.local))
            let wrong = try await world.ask(Self.question(.asserted("worker"), "show", JSONObject([("amount", "x")])))
                .get()
            #expect(wrong.reason == "request_invalid" && wrong.reasons == nil)
            let right = try await world.ask(Self.question(.asserted("worker"), "show", JSONObject([("amount", 1)])))
                .get()
            #expect(try Self.told(right)["decision"] == "allow")
        }
    }

    @Test func theAnswersOfOneRequestHoldSoMuchTogether() async throws {
        let many = (0..<80).map { number in
            let clauses = (0..<40).map { "context.request has amount\(number)x\($0)" }.joined(separator: " || ")
            return "@id(\"p\(number)\") permit (principal, action, resource) when { \(clauses) };"
        }
        try await World.run(policies: many.joined(separator: "\n")) { world async throws in
            try await Self.grant(world)
            let one = try await world.ask(Self.question()).get()
            guard case .told(let alone)? = one.reasons else {
                Issue.record("one is told")
                return
            }
            let fitting = ReasonsAllowance.bytes / alone.count
            // However the questions of a request are asked: all at once, or one after the other.
            let allowance = ReasonsAllowance()
            let question = Self.question(from: allowance)
            var answers = try await world.ask(Array(repeating: question, count: fitting - 1))
            for _ in 0..<6 { answers.append(try await world.ask(question)) }
            var told = 0
            for (index, answer) in answers.enumerated() {
                switch try answer.get().reasons {
                case .told(let reasons)?:
                    told += 1
                    #expect(reasons == alone && index < fitting)
                case .omitted?: #expect(index >= fitting)
                default: Issue.record("answer \(index)")
                }
            }
            #expect(told == fitting && fitting > 1)
        }
    }

    @Test func theFirstOfARequestIsToldWhateverItsLength() {
        let allowance = ReasonsAllowance()
        #expect(allowance.take(ReasonsAllowance.bytes + 1) && !allowance.hasMore && !allowance.take(1))
    }

    @Test func whoeverLetsAPointAskWhyMayReadDecisions() async throws {
        try await World.run { world async throws in
            let robot = try await world.hire("robot", [.automation])
            let point = #"{"apis":["orders"],"explanations":true,\#(World.custody)}"#
            let outcome = await world.engine.put(
                .enforcementPoint,
                named: "new",
                try JSONValue(parsing: point),
                by: robot
            )
            guard case .refused(let refusal) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(refusal.denial?.action == "read" && refusal.denial?.resource == #"Collection::"decisions""#)
            // Without the right it may.
            let plain = point.replacing(#""explanations":true"#, with: #""explanations":false"#)
            try World.done(
                await world.engine.put(.enforcementPoint, named: "new", try JSONValue(parsing: plain), by: robot)
            )
        }
    }

    @Test func whatACommandMakesOfAPointIsReadAgain() throws {
        for explanations in [false, true] {
            var change = CommandChange.none
            change.explanations = explanations
            var writer = JSONWriter()
            change.write(to: &writer)
            #expect(try CommandChange(try JSONValue(parsing: writer.bytes), at: "") == change)
            #expect((try JSONValue(parsing: writer.bytes)["explanations"] == nil) == !explanations)
        }
    }
}
