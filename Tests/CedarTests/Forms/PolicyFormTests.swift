// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

@Suite struct PolicyFormTests {
    private func body(_ policy: Policy) throws -> JSONValue? {
        try policy.json["conditions"]?.arrayValue?.first?["body"]
    }

    private func policy(body: String) throws -> Policy {
        try Policy(
            json: json(
                #"{"effect":"permit","principal":{"op":"All"},"action":{"op":"All"},"resource":{"op":"All"},"conditions":[{"kind":"when","body":\#(body)}]}"#
            )
        )
    }

    @Test(arguments: ExpressionForms.cases)
    func expressions(text: String, expected: String) throws {
        let written = try Policy.parse(permit(when: text))[0]
        #expect(try body(written) == json(expected))
        let read = try policy(body: expected)
        #expect(read.isSame(as: written), "\(read.text)")
        #expect(try body(read) == json(expected))
    }

    @Test(arguments: ExpressionForms.onlyRead)
    func otherWaysToSayIt(body: String, text: String) throws {
        let read = try policy(body: body)
        #expect(try read.isSame(as: Policy.parse(permit(when: text))[0]), "\(read.text)")
    }

    static let texts: [(text: String, json: String)] = [
        (
            #"@id("x") @bare @empty("") permit(principal, action, resource);"#,
            #"{"effect":"permit","principal":{"op":"All"},"action":{"op":"All"},"resource":{"op":"All"},"conditions":[],"annotations":{"bare":null,"id":"x","empty":""}}"#
        ),
        (
            #"forbid(principal == U::"a", action == Action::"r", resource is T);"#,
            #"{"effect":"forbid","principal":{"op":"==","entity":{"type":"U","id":"a"}},"action":{"op":"==","entity":{"type":"Action","id":"r"}},"resource":{"op":"is","entity_type":"T"},"conditions":[]}"#
        ),
        (
            #"permit(principal in U::"a", action in Action::"r", resource is N::T in F::"x") when {1} unless {2};"#,
            #"{"effect":"permit","principal":{"op":"in","entity":{"type":"U","id":"a"}},"action":{"op":"in","entity":{"type":"Action","id":"r"}},"resource":{"op":"is","entity_type":"N::T","in":{"entity":{"type":"F","id":"x"}}},"conditions":[{"kind":"when","body":{"Value":1}},{"kind":"unless","body":{"Value":2}}]}"#
        ),
        (
            #"permit(principal == ?principal, action in [Action::"r", N::Action::"w"], resource is T in ?resource);"#,
            #"{"effect":"permit","principal":{"op":"==","slot":"?principal"},"action":{"op":"in","entities":[{"type":"Action","id":"r"},{"type":"N::Action","id":"w"}]},"resource":{"op":"is","entity_type":"T","in":{"slot":"?resource"}},"conditions":[]}"#
        ),
        (
            #"permit(principal in ?principal, action in [], resource == ?resource);"#,
            #"{"effect":"permit","principal":{"op":"in","slot":"?principal"},"action":{"op":"in","entities":[]},"resource":{"op":"==","slot":"?resource"},"conditions":[]}"#
        ),
        (
            #"permit(principal, action in [Action::"r"], resource);"#,
            #"{"effect":"permit","principal":{"op":"All"},"action":{"op":"in","entity":{"type":"Action","id":"r"}},"resource":{"op":"All"},"conditions":[]}"#
        ),
    ]

    @Test(arguments: texts)
    func wholePolicies(text: String, expected: String) throws {
        let written = try Policy.parse(text)[0]
        #expect(try written.json == json(expected))
        let read = try Policy(json: json(expected), id: "policy0")
        #expect(read.isSame(as: written) && read.hasSameAnnotations(as: written), "\(read.text)")
        #expect(read.isTemplate == written.isTemplate)
        #expect(try read.json == json(expected))
        // What was read has a text of its own, and its spans count in it.
        #expect(try Policy.parse(read.source)[0].isSame(as: written))
    }

    @Test func sets() throws {
        let set = try policies(Self.texts.map(\.text).joined(separator: "\n"))
        let form = try set.json
        #expect(form["staticPolicies"]?.objectValue?.map(\.key) == ["policy0", "policy1", "policy2", "policy5"])
        #expect(form["templates"]?.objectValue?.map(\.key) == ["policy3", "policy4"])
        #expect(form["templateLinks"] == [])
        let read = try PolicySet(json: form)
        #expect(
            read.policies.map(\.id) == set.policies.map(\.id) && read.templates.map(\.id) == set.templates.map(\.id)
        )
        #expect(try read.json == form)
        #expect(try policies("").json == ["staticPolicies": [:], "templates": [:], "templateLinks": []])
    }

    /// Ten thousand times the same thing in another form would hide a slip; the texts are fresh in each run.
    @Test func freshPoliciesKeepTheirShape() throws {
        let seed = SeededGenerator.freshSeed()
        var random = RandomPolicyText(seed: seed)
        for round in 0..<Effort.rounds(150) {
            let text = random.policies()
            let set = try PolicySet(parsing: text)
            let form = try set.json
            let read = try PolicySet(json: form)
            #expect(try read.json == form, "seed \(seed), round \(round): \(text)")
            #expect(try FormRoundTrip.losses(of: set, read: read) == [], "seed \(seed), round \(round): \(text)")
        }
    }
}
