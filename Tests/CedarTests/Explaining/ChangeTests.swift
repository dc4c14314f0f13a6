// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

/// What would turn an answer round: said so that whatever meets it does, and no larger than it has to be.
@Suite struct ChangeTests {
    private func explain(_ text: String, _ parents: Set<EntityUID> = []) throws -> Explanation {
        var request = try ExplanationTests.request()
        (request.context["one"], request.context["two"], request.context["none"]) = (1, 2, .set([]))
        return try policies(text).explain(request, entities: ExplanationTests.store())
    }

    private static func permit(_ condition: String) -> String {
        "permit (principal, action, resource) when { \(condition) };"
    }

    private static func forbid(_ condition: String) -> String {
        "forbid (principal, action, resource) when { \(condition) };"
    }

    // What holds already of a value that must change is part of what must be.
    private static let bounds = [
        (permit("context.risk < 50 && context.risk > 10"), "context.risk were below 50 and were above 10"),
        (permit("context.risk < 50") + forbid("context.risk < 10"), "context.risk were below 50 and were at least 10"),
        (permit("context.risk < 50") + forbid("context.risk > 60"), "context.risk were below 50"),
        (permit("context.risk < 50") + forbid("context.risk < 10 && context.mfa"), "context.risk were below 50"),
        (permit("context.risk > 60") + permit("context.risk == 60"), "context.risk were at most 60 and were not 60"),
        (
            permit("context.one > 20 && context.one < 25 && context.one != 24"),
            "context.one were above 20 and were below 25 and were not 24"
        ),
        (
            permit("context.tags.contains(\"b\") && context.tags.contains(\"a\")"),
            "context.tags contained \"b\" and contained \"a\""
        ),
    ]

    // Several things are asked of one value, or a changed value asks for another one.
    private static let several = [
        (
            permit("context.none.contains(\"a\") && context.none.contains(\"b\")"),
            "context.none contained \"a\" and contained \"b\""
        ),
        (
            permit("context.tags.contains(\"b\") && !context.tags.contains(\"a\")"),
            "context.tags contained \"b\" and did not contain \"a\""
        ),
        (
            permit("context.tags.contains(\"b\")") + forbid("context.tags.contains(\"a\")"),
            "context.tags did not contain \"a\" and contained \"b\""
        ),
        (
            permit(
                "context.tags.contains(\"b\") && !context.tags.containsAny([\"b\", \"a\"]) || context.tags.isEmpty()"
            ),
            "context.tags were empty"
        ),
        (
            permit("context.name like \"a*b\" && context.name like \"*c*\""),
            "context.name were like \"a*b\" and were like \"*c*\""
        ),
        (
            permit(
                "context.one == 4 && context.two == context.one + 0 || context.one == 4 && context.two == context.one"
            ),
            "context.one were 4 and context.two were 4"
        ),
        (permit("context.one == 4 && context.two > context.one"), "context.one were 4 and context.two were above 4"),
        (permit("context.one == context.two && context.two == 3"), "context.one were 3 and context.two were 3"),
    ]

    // What fails can be made to come out either way; the smaller change is taken.
    private static let failing = [
        (permit("(principal.none > 5 && context.mfa) || context has risk"), "principal.none were at most 5"),
        (permit("!(principal.none > 5 && context.mfa)"), "principal.none were at most 5"),
        (permit("(principal.none && context.risk == 70) || context.risk == 71"), "principal.none were true"),
    ]

    @Test(arguments: bounds + several + failing) func sentence(_ text: String, _ condition: String) throws {
        let explanation = try explain(text)
        #expect(explanation.change.isVerified)
        let last = explanation.text.split(separator: "\n").last ?? ""
        #expect(last.hasSuffix(" if \(condition)."), "\(last)")
    }

    // What a group is in goes with it, or it does not; what is in the group goes with it.
    @Test(arguments: [
        ("permit (principal in Group::\"all\", action, resource);", true),
        ("permit (principal in Group::\"staff\", action, resource);", true),
        (
            "permit (principal in Group::\"all\", action, resource); permit (principal, action, resource) unless { principal in Group::\"staff\" };",
            false
        ),
        (
            "permit (principal in Group::\"all\", action, resource); forbid (principal in Group::\"staff\", action, resource);",
            false
        ),
        ("permit (principal, action, resource); forbid (principal in Group::\"staff\", action, resource);", true),
    ])
    func leavingAGroup(_ text: String, isEnough: Bool) throws {
        #expect(try explain(text).change.isVerified == isEnough)
    }

    @Test func nearestByWhatIsMissingOfTheConditions() throws {
        let far = (0..<8).map {
            "permit (principal in Group::\"x\($0)\", action, resource) when { context.risk == \($0) && context.mfa };"
        }
        let near = "permit (principal in Group::\"y\", action, resource) when { context.risk == 70 };"
        let one = "permit (principal in Group::\"y\", action, resource) when { context.mfa };"
        let bare = "permit (principal in Group::\"z\", action, resource);"
        let explanation = try explain(far.joined() + one + near)
        #expect(explanation.nearest.map(\.place) == [9, 8, 0, 1])
        #expect(explanation.nearest.map(\.unmetClauses) == [0, 1, 2, 2])
        #expect(explanation.text.hasSuffix("It would be allowed if User::\"alice\" were in Group::\"y\"."))
        #expect(try explain(far.joined() + bare).nearest.map(\.place) == [8, 0, 1, 2])
    }

    // Of those that nobody can try the one with fewer facts; one that was tried is worth more than a smaller one.
    @Test func whatCannotBeTried() throws {
        let two = Self.permit("context.one * 2 == 7 && context.two * 2 == 7")
        let inGroup = "permit (principal in Group::\"x\", action, resource) when { context.risk * 2 == 7 };"
        #expect(try explain(two + inGroup).change.facts.count == 2)
        #expect(try explain(two + Self.permit("context.one * 2 == 8")).change.facts.count == 1)
        let tried = try explain(Self.permit("context.risk == 1 && context.mfa") + Self.permit("context.risk * 2 == 8"))
        #expect(tried.change.isVerified && tried.change.facts.count == 2)
    }

    // The path within the entity stands beside the one from the root.
    @Test func factsSayWhereTheyAreInTheirEntity() throws {
        let store = try EntityStore(
            ExplanationTests.store().all + [Entity(uid: uid("User::bob"), attributes: ["level": 1])]
        )
        let text = Self.permit("resource.owner.level > 3")
        let fact = try policies(text).explain(ExplanationTests.request(), entities: store).json["change"]?["facts"]?
            .arrayValue?.first
        #expect(fact?["path"] == ["owner", "level"])
        #expect(
            fact?["subject"] == ["kind": "attribute", "entity": ["type": "User", "id": "bob"], "path": ["level"]]
        )
    }
}
