// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import Testing

/// Policies, templates and links come, change and go in any order: the set is always the one that is made of the same
/// policies anew, and older sets stay as they were.
@Suite struct PolicyChangesTests {
    /// What a set is said to be: the policies in order, and the templates.
    private struct Model {
        var policies: [Policy] = []
        var templates: [Policy] = []

        var all: [Policy] { policies + templates }

        mutating func append(_ policy: Policy) {
            if policy.isTemplate { templates.append(policy) } else { policies.append(policy) }
        }

        // In its place if it is of the same sort, else behind all others.
        mutating func replace(_ policy: Policy) {
            if policy.isTemplate, let place = templates.firstIndex(where: { $0.id == policy.id }) {
                templates[place] = policy
            } else if !policy.isTemplate, let place = policies.firstIndex(where: { $0.id == policy.id }) {
                policies[place] = policy
            } else {
                remove(policy.id)
                append(policy)
            }
        }

        mutating func remove(_ id: Text) {
            policies.removeAll { $0.id == id }
            templates.removeAll { $0.id == id }
        }
    }

    /// Where the changes have led.
    private struct Run {
        var world: RandomPolicyWorld
        var set = PolicySet()
        var model = Model()
        let isScoped: Bool

        mutating func policy(_ id: String) throws -> Policy {
            Int.random(in: 0..<6, using: &world.generator) == 0
                ? try world.template(id) : try world.policy(id, isScoped: isScoped)
        }

        mutating func add(_ id: String) throws {
            let policy = try policy(id)
            set = try set.adding(policy)
            model.append(policy)
        }

        mutating func link(_ id: String) throws {
            guard let template = model.templates.randomElement(using: &world.generator) else { return }
            let link = try world.link(template)
            set = try set.linking([(id: Text(id), link: link)])
            model.append(try template.linked(id: Text(id), principal: link.principal, resource: link.resource))
        }

        mutating func replace(_ new: String) throws {
            let known = model.all.randomElement(using: &world.generator)?.id.string
            let id = Int.random(in: 0..<8, using: &world.generator) == 0 ? new : known ?? new
            let policy = try policy(id)
            set = set.replacing(policy)
            model.replace(policy)
        }

        mutating func remove() {
            guard let id = model.all.randomElement(using: &world.generator)?.id else { return }
            set = set.removing(id)
            model.remove(id)
        }

        // What cannot be done changes nothing.
        mutating func refuse() throws {
            guard let known = model.all.randomElement(using: &world.generator) else { return }
            let again = try policy(known.id.string)
            #expect(throws: DuplicatePolicyError.self) { try set.add(again) }
            #expect(throws: LinkError.self) { try set.link(template: "nobody", id: "l") }
            let wasThere = set.remove("nobody")
            #expect(!wasThere)
            if known.link == nil { #expect(throws: LinkError.self) { try set.unlink(known.id) } }
            guard let template = model.templates.first else { return }
            let link = try world.link(template)
            #expect(throws: LinkError.self) { try set.linking([(id: "new", link: link), (id: known.id, link: link)]) }
        }
    }

    @Test func changesInAnyOrder() throws {
        for round in 0..<Effort.rounds(6) {
            let seed = SeededGenerator.freshSeed()
            var run = Run(world: RandomPolicyWorld(seed: seed), isScoped: round % 2 == 0)
            var kept: [(set: PolicySet, model: Model)] = []
            for step in 0..<160 {
                let place = "seed \(seed), step \(step)"
                // First it grows, then it shrinks to nothing.
                switch Int.random(in: 0..<20, using: &run.world.generator) {
                case 0..<(step < 90 ? 10 : 4): try run.add("p\(step)")
                case 10..<13: try run.link("l\(step)")
                case 13..<17: try run.replace("r\(step)")
                case 17: try run.refuse()
                default: run.remove()
                }
                #expect(run.set.policies.map(\.id) == run.model.policies.map(\.id), "\(place)")
                #expect(run.set.templates.map(\.id) == run.model.templates.map(\.id), "\(place)")
                if step % 20 == 0 { kept.append((run.set, run.model)) }
                if step % 8 == 0 {
                    try PolicyIndexTests.compare(run.set, PolicySet(run.model.all), &run.world, place)
                }
            }
            for (old, model) in kept {
                #expect(old.policies.map(\.id) == model.policies.map(\.id), "seed \(seed)")
                try PolicyIndexTests.compare(old, PolicySet(model.all), &run.world, "seed \(seed)")
            }
            for policy in run.model.all {
                let wasThere = run.set.remove(policy.id)
                #expect(wasThere, "seed \(seed)")
            }
            #expect(run.set.policies.isEmpty && run.set.templates.isEmpty && run.set.links.isEmpty, "seed \(seed)")
            try PolicyIndexTests.compare(run.set, PolicySet(), &run.world, "seed \(seed)")
        }
    }
}
