// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TrustModel

@testable import Safeconduct

@Suite struct PolicyChangeTests {
    private static let old = """
        @id("a") forbid (principal, action, resource) when { principal.kind == "agent" };
        @id("b") forbid (principal, action == Action::"write", resource);
        @id("c") @mode("shadow") forbid (principal, action, resource);
        @id("p") permit (principal, action, resource);
        """

    private func compile(_ text: String) throws -> CompiledPolicies {
        let id = ObjectID(kind: .policySet, high: 0, low: 1)
        return try CompiledPolicies(PolicySet(id: id, files: [.init(name: "x", text: text)]))
    }

    private static let cases: [(String, weakened: [String], removed: [String], changed: [String])] = [
        (old, [], [], []),
        (old.replacing("@id(\"a\")", with: "@id(\"a\") @mode(\"shadow\")"), ["a"], [], []),
        // Under another name it is still the same text.
        (old.replacing("@id(\"a\")", with: "@id(\"z\") @mode(\"shadow\")"), ["a"], [], []),
        (old.replacing("@id(\"a\")", with: "@id(\"z\") @alert(\"x\")"), [], [], []),
        (old.replacing("\"agent\"", with: "\"ci\""), [], [], ["a"]),
        (
            old.replacing("@id(\"a\")", with: "@id(\"a\") @mode(\"shadow\")").replacing("agent", with: "ci"), ["a"], [],
            []
        ),
        ("@id(\"p\") permit (principal, action, resource);", [], ["a", "b"], []),
        ("@id(\"a\") permit (principal, action, resource);", [], ["a", "b"], []),
    ]

    @Test(arguments: cases.indices) func whatBecomesOfForbids(_ index: Int) throws {
        let (text, weakened, removed, changed) = Self.cases[index]
        let change = PolicyChange(from: try compile(Self.old), to: try compile(text))
        #expect(change.forbidsWeakened == weakened)
        #expect(change.forbidsRemoved == removed)
        #expect(change.forbidsChanged == changed)
        #expect(PolicyChange(from: nil, to: try compile(text)).forbidsWeakened.isEmpty)
    }

    @Test func weakeningAForbidHasToBeConfirmedByName() async throws {
        let weak = Self.old.replacing("@id(\"b\")", with: "@id(\"b\") @mode(\"shadow\")")
        try await World.run(policies: Self.old) { world async throws in
            func activate(_ confirm: JSONValue?) async throws -> CommandOutcome {
                var set = try #require(World.policySet(("x", weak)).objectValue)
                set["confirm"] = confirm
                return await world.engine.activatePolicies(.object(set), by: world.local)
            }
            for confirm: JSONValue? in [nil, [], ["a"], .null] {
                guard case .refused(let refusal) = try await activate(confirm) else {
                    Issue.record("\(String(describing: confirm)) was taken")
                    continue
                }
                #expect(refusal.code.description == "confirmation_required" && refusal.pointer == "/confirm")
                #expect(refusal.message.contains("b;"))
            }
            for confirm: JSONValue in ["b", [1], [:]] {
                guard case .refused(let refusal) = try await activate(confirm) else {
                    Issue.record("\(confirm) was taken")
                    continue
                }
                #expect(refusal.pointer == "/confirm" && refusal.code.description == "wrong_type")
            }
            #expect(try await world.reason("worker", "create") == "forbidden")
            let review = try world.engine.review(World.policySet(("x", weak))).get()
            #expect(review.change.forbidsWeakened == ["b"])
            try World.done(try await activate(["b"]))
            #expect(try await world.reason("worker", "create") == "permitted")
        }
    }
}
