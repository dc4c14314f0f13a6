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
        // Its id on another text does not hide that the old one enforces nothing any more.
        (
            old.replacing("@id(\"a\")", with: "@id(\"z\") @mode(\"shadow\")")
                + "@id(\"a\") forbid (principal, action, resource) when { principal.kind == \"ci\" };", ["a"], [], []
        ),
        // What lifts it is part of what it is.
        (old.replacing("@id(\"b\")", with: "@id(\"b\") @remedy(\"approve:x\")"), [], [], ["b"]),
        (old.replacing("@id(\"b\")", with: "@id(\"n\") @remedy(\"approve:x\")"), [], [], ["b"]),
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

    /// An id made of a policy's place names nothing.
    @Test(
        arguments: [
            ("B; A; P;", [], [], []), ("B; S A; P;", ["x#0"], [], []), ("S A; P;", ["x#0"], [], []),
            ("B; P;", [], ["x#0"], []), ("S B; P;", [], ["x#0"], []), ("R A; P;", [], [], ["x#0"]),
            ("R A; A; P;", [], [], []),
        ] as [(String, [String], [String], [String])]
    )
    func placesAreNoNames(_ next: String, _ weakened: [String], _ removed: [String], _ changed: [String]) throws {
        func text(_ short: String) -> String {
            [
                ("A", "forbid (principal, action, resource) when { resource.sensitivity > 900 }"),
                ("B", "forbid (principal, action, resource) when { resource.data_class == \"secret\" }"),
                ("P", "permit (principal, action, resource)"), ("S ", "@mode(\"shadow\") "),
                ("R ", "@remedy(\"approve:x\") "),
            ].reduce(short) { $0.replacing($1.0, with: $1.1) }
        }
        let change = PolicyChange(from: try compile(text("A; P;")), to: try compile(text(next)))
        #expect(change.forbidsWeakened == weakened)
        #expect(change.forbidsRemoved == removed)
        #expect(change.forbidsChanged == changed)
    }

    @Test func termsOfAnApprovalAreAChange() throws {
        let forbid = "@id(\"f\") @remedy(\"approve:x\") BINDS forbid (principal, action, resource);"
        func set(_ binds: String) throws -> CompiledPolicies { try compile(forbid.replacing("BINDS", with: binds)) }
        let sets = try ["", "@binds(\"a\")", "@binds(\"a, b\")", "@binds(\"b,a\")"].map(set)
        for (from, to, isChange) in [(0, 1, true), (1, 0, true), (1, 2, true), (2, 3, false), (1, 1, false)] {
            let change = PolicyChange(from: sets[from], to: sets[to])
            #expect(change.forbidsChanged == (isChange ? ["f"] : []), "\(from) \(to)")
        }
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
            for confirm: JSONValue in [["b", "nope"], ["b", "p"]] {
                guard case .refused(let refusal) = try await activate(confirm) else {
                    Issue.record("\(confirm) was taken")
                    continue
                }
                // 'c' was in shadow mode before.
                #expect(refusal.pointer == "/confirm/1" && refusal.message.contains("b, c would do"), "\(refusal)")
            }
            #expect(try await world.reason("worker", "create") == "forbidden")
            let review = try world.engine.review(World.policySet(("x", weak))).get()
            #expect(review.change.forbidsWeakened == ["b"])
            try World.done(try await activate(["b"]))
            #expect(try await world.reason("worker", "create") == "permitted")
            // Files that say it may go on saying it.
            try World.done(try await activate(["b"]))
        }
    }
}
