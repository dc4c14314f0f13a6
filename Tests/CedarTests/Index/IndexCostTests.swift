// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing

@testable import Cedar

/// What a decision asks the look-up does not grow with the number of policies that scopes or conditions tell apart.
@Suite struct IndexCostTests {
    /// Counts the questions.
    private struct Counting: EntityLookup {
        final class Questions: Sendable {
            let count = Atomic(0)
        }
        let store: EntityStore
        let questions = Questions()

        private func note() { questions.count.add(1, ordering: .relaxed) }

        func handle(of uid: EntityUID) -> EntityHandle? {
            note()
            return store.handle(of: uid)
        }
        func attribute(_ name: Text, of entity: EntityHandle) -> Value? {
            note()
            return store.attribute(name, of: entity)
        }
        func tag(_ name: Text, of entity: EntityHandle) -> Value? {
            note()
            return store.tag(name, of: entity)
        }
        func isMember(_ entity: EntityHandle, of ancestor: EntityUID) -> Bool {
            note()
            return store.isMember(entity, of: ancestor)
        }
        func forEachAncestor(of entity: EntityHandle, _ body: (EntityUID) -> Void) -> Bool {
            store.forEachAncestor(of: entity, body)
        }
    }

    struct Shape: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// The policy with a number.
        let policy: @Sendable (Int) -> String
        /// How many policies have a say about the request, or fail.
        let spoken: Int
        /// How many questions are enough, however many policies there are.
        let questions: Int
    }

    static let shapes = [
        Shape(
            testDescription: "resources",
            policy: { "permit(principal, action, resource == Doc::\"d\($0)\");" },
            spoken: 1,
            questions: 3
        ),
        Shape(
            testDescription: "groups of users",
            policy: { "permit(principal in Group::\"g\($0)\", action, resource);" },
            spoken: 2,
            questions: 8
        ),
        Shape(
            testDescription: "users and resources, each popular",
            policy: {
                "permit(principal in Group::\"g\($0 % 30)\", action == Action::\"r\", resource == Doc::\"d\($0 / 30)\");"
            },
            spoken: 2,
            questions: 12
        ),
        Shape(
            testDescription: "types",
            policy: { "forbid(principal is U\($0), action in [Action::\"r\", Action::\"w\"], resource);" },
            spoken: 0,
            questions: 3
        ),
        Shape(
            testDescription: "lists of actions",
            policy: {
                "permit(principal, action in [Action::\"a\($0)\", Action::\"b\($0)\", Action::\"c\"], resource);"
            },
            spoken: 0,
            questions: 3
        ),
        Shape(
            testDescription: "an attribute",
            policy: { "permit(principal, action, resource) when { resource.owner == User::\"u\($0)\" };" },
            spoken: 1,
            questions: 6
        ),
        Shape(
            testDescription: "a guard before the attribute",
            policy: {
                "permit(principal, action, resource) when { resource has owner && resource.owner == User::\"u\($0)\" };"
            },
            spoken: 1,
            questions: 8
        ),
        Shape(
            testDescription: "a shared test that does not hold",
            policy: { "permit(principal, action, resource) when { resource.owner == resource && context.n < \($0) };" },
            spoken: 0,
            questions: 5
        ),
        Shape(
            testDescription: "one of several conditions",
            policy: { "permit(principal, action, resource) unless { !(context.flag) } when { context.n == \($0) };" },
            spoken: 1,
            questions: 3
        ),
        Shape(
            testDescription: "an attribute that is missing",
            policy: { "permit(principal, action, resource) when { resource.none == \"x\($0)\" };" },
            spoken: 600,
            questions: 5
        ),
        Shape(
            testDescription: "a shared test that fails",
            policy: { "permit(principal, action, resource) when { resource.none < 3 && context.n < \($0) };" },
            spoken: 600,
            questions: 5
        ),
    ]

    @Test(arguments: shapes) func questions(shape: Shape) throws {
        let store = try EntityStore([
            Entity(uid: uid("User::u7"), parents: [uid("Group::g7"), uid("Group::g8")]),
            Entity(uid: uid("Doc::d3"), attributes: ["owner": .entity(uid("User::u5"))]),
        ])
        let request = AuthorizationRequest(
            principal: try uid("User::u7"),
            action: try uid("Action::r"),
            resource: try uid("Doc::d3"),
            context: ["n": 4, "flag": true]
        )
        for count in [600, 6] {
            let set = try PolicySet(parsing: (0..<count).map(shape.policy).joined(separator: "\n"))
            let lookup = Counting(store: store)
            let answer = set.authorize(request, entities: lookup)
            let linear = set.authorize(request, among: set.policies.indices, entities: store)
            #expect(answer.reason == linear.reason && answer.errors == linear.errors)
            if count == 600 {
                #expect(answer.determining.count + answer.failures.count == shape.spoken)
                #expect(lookup.questions.count.load(ordering: .relaxed) <= shape.questions)
            }
        }
    }

    /// A failure that is known from another policy names the place in the policy's own text.
    @Test func failuresStandInTheirOwnText() throws {
        let set = try policies(
            (0..<20).map {
                "@id(\"\(String(repeating: "x", count: $0))\") permit(principal, action, resource)\nwhen { resource.none == \($0) };"
            }.joined(separator: "\n")
        )
        let request = AuthorizationRequest(
            principal: try uid("User::u"),
            action: try uid("Action::r"),
            resource: try uid("Doc::d")
        )
        let failures = set.authorize(request, entities: EntityStore()).failures
        #expect(failures.count == 20)
        for failure in failures {
            let text = Array(failure.policy.source.utf8)[failure.error.span.start..<failure.error.span.end]
            #expect(String(decoding: text, as: UTF8.self) == "resource.none")
        }
    }
}
