// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

@Suite struct ExplanationTests {
    static func store() throws -> EntityStore {
        try EntityStore([
            Entity(
                uid: uid("User::alice"),
                attributes: ["level": 3, "secret": "s3"],
                parents: [uid("Group::staff")],
                tags: ["team": "red"]
            ),
            Entity(uid: uid("Group::staff"), parents: [uid("Group::all")]),
            Entity(
                uid: uid("Doc::d"),
                attributes: [
                    "owner": .entity(uid("User::bob")), "locked": true, "readers": .set([.entity(uid("User::bob"))]),
                ]
            ),
        ])
    }

    static func request() throws -> AuthorizationRequest {
        try AuthorizationRequest(
            principal: uid("User::alice"),
            action: uid("Action::read"),
            resource: uid("Doc::d"),
            context: [
                "risk": 70, "mfa": false, "name": "bob", "tags": .set(["a"]),
                "ip": .ip(IPAddressValue(ipv4: 0x0A01_0203)),
            ]
        )
    }

    private func explain(_ text: String, limits: ExplanationLimits = .standard) throws -> Explanation {
        try policies(text).explain(Self.request(), entities: Self.store(), limits: limits)
    }

    @Test(arguments: ExplanationCase.all)
    func sentences(_ example: ExplanationCase) throws {
        let text = try explain(example.policies).text
        #expect(text == example.sentences.joined(separator: "\n"))
    }

    @Test func clausesSayWhatWasReachedAndWhatTheRestWouldBe() throws {
        let explanation = try explain(
            permit(when: "context.mfa && context.risk == 70 && context.risk < 5 && context.none")
        )
        let policy = try #require(explanation.policies.first)
        let clauses = policy.clauses
        #expect(clauses.map(\.isReached) == [true, false, false, false])
        #expect(clauses.map(\.isDecisive) == [true, false, false, false])
        #expect(clauses.map(\.isMet) == [false, true, false, false])
        #expect(policy.unmetClauses == 3)
        guard case .failed(let error) = clauses[3].outcome else { return #expect(Bool(false)) }
        #expect(error.code == .missingAttribute)
    }

    // In `!`, `unless` and both, the truth that is wanted goes round.
    @Test func wantedTruth() throws {
        let explanation = try explain(
            "permit (principal, action, resource) when { !(context.mfa || !resource.locked) } unless { if context.mfa then true else context.risk == 1 };"
        )
        let policy = try #require(explanation.policies.first)
        #expect(policy.isSatisfied)
        #expect(policy.clauses.map(\.wanted) == [false, true, nil, false, false])
        #expect(policy.clauses.map(\.condition) == [0, 0, 1, 1, 1])
        #expect(policy.clauses.map(\.isDecisive) == [true, true, true, false, true])
    }

    @Test func nearestPermitsByHowLittleIsMissing() throws {
        let explanation = try explain(
            """
            permit (principal, action == Action::"write", resource);
            permit (principal in Group::"x", action, resource in Folder::"y");
            permit (principal in Group::"x", action, resource) when { context.mfa };
            permit (principal, action, resource) when { context.mfa && context.risk < 3 };
            permit (principal in Group::"x", action, resource);
            permit (principal, action, resource) when { context.mfa };
            forbid (principal, action, resource) when { context.mfa };
            """,
            limits: ExplanationLimits(maximumNearest: 8)
        )
        #expect(explanation.nearest.map(\.place) == [5, 3, 4, 2, 0, 1])
        #expect(explanation.nearest.map(\.unmetScope.count) == [0, 0, 1, 1, 1, 2])
        #expect(explanation.nearest.map(\.unmetClauses) == [1, 2, 0, 1, 0, 0])
        #expect(explanation.policies.map(\.place) == [3, 5, 6])
        #expect(explanation.nearest[4].unmetConstraints.map(\.text) == ["action == Action::\"write\""])
    }

    @Test func nothingIsNearWhereAPermitApplies() throws {
        let explanation = try explain(
            "permit (principal, action, resource); permit (principal, action, resource) when { context.mfa }; forbid (principal, action, resource);"
        )
        #expect(explanation.nearest.isEmpty && explanation.response.decision == .deny)
        #expect(explanation.change.status == .impossible)
    }

    // The forbid would fail without its attribute and have no say; nobody proposes that, but its absence alone does.
    @Test func aFactIsNeededOrItIsNotNamed() throws {
        let explanation = try explain(
            "permit (principal, action, resource) when { context.risk < 50 }; forbid (principal, action, resource) when { context.risk < 10 || context.risk > 60 };"
        )
        #expect(explanation.change.isVerified && explanation.change.facts.count == 1)
        #expect(explanation.change.facts[0].requirements == [.compare(.less, 50), .compare(.greaterOrEqual, 10)])
        #expect(explanation.change.facts[0].example == 49)
    }

    @Test func joiningAGroupMeansBeingInWhatItIsIn() throws {
        // Of two ways into the group the nearer one would bring the forbid along.
        let text = """
            permit (principal, action, resource) when { principal in Group::"staff2" };
            permit (principal, action, resource) when { context.mfa };
            forbid (principal in Group::"suspended", action, resource);
            """
        let store = try EntityStore(
            Self.store().all + [Entity(uid: uid("Group::staff2"), parents: [uid("Group::suspended")])]
        )
        let explanation = try policies(text).explain(Self.request(), entities: store)
        #expect(explanation.change.facts.map(\.subject) == [.context(["mfa"])])
    }

    @Test func jsonIsStable() throws {
        let explanation = try explain(
            "permit (principal in Group::\"x\", action, resource)\nwhen { context.risk < 50 };"
        )
        let expected = try json(
            #"""
            {"text":"No policy permits.\nNearest: `policy0` (line 1) lacks: principal in Group::\"x\" (principal is User::\"alice\") and context.risk < 50 (context.risk is 70).\nIt would be allowed if User::\"alice\" were in Group::\"x\" and context.risk were below 50.",
             "decision":"deny","determining":[],"failures":[],"policies":[],"policies_omitted":0,
             "nearest":[{"policy":"policy0","effect":"permit","line":1,"column":1,"outcome":"out_of_scope",
              "unmet_scope":[{"variable":"principal","actual":"User::\"alice\"","wanted":"principal in Group::\"x\""}],
              "unmet_clauses":1,"clauses":[{"text":"context.risk < 50","line":2,"column":8,"condition":"when","holds":false,
               "wanted":true,"reached":false,"decisive":true,
               "values":[{"name":"context.risk","root":"context","value":70}]}]}],
             "change":{"status":"verified","verified":true,"facts":[
              {"text":"User::\"alice\" in Group::\"x\"","root":"principal","path":[],
               "subject":{"kind":"membership","entity":{"type":"User","id":"alice"},"group":{"type":"Group","id":"x"}},
               "requirements":[{"op":"member"}]},
              {"text":"context.risk < 50","root":"context","path":["risk"],"subject":{"kind":"context","path":["risk"]},
               "requirements":[{"op":"<","value":50}],"example":49}]}}
            """#
        )
        #expect(explanation.json == expected, "\(explanation.json)")
    }
}
