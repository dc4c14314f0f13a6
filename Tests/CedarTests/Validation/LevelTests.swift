// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import Testing

/// RFC 76: how far a policy looks.
@Suite struct LevelTests {
    private static let schema = """
        entity G;
        entity U in [G] = { n: Long, u: U, g: G, r: { u: U, n: Long } } tags U;
        action a appliesTo { principal: U, resource: U, context: { u: U, r: { u: U } } };
        """

    /// Conditions with the least level at which they pass.
    private static let conditions: [(String, Int)] = [
        ("principal == resource", 0),
        ("context.u == principal", 0),
        ("context.r.u == principal", 0),
        ("principal is U", 0),
        ("principal.n == 1", 1),
        ("principal has n", 1),
        ("principal in G::\"g\"", 1),
        ("principal is U in G::\"g\"", 1),
        ("action in Action::\"a\"", 1),
        ("Action::\"a\" in Action::\"a\"", 1),
        ("principal.hasTag(\"x\")", 1),
        ("principal.u.n == 1", 2),
        ("principal.u.u.n == 1", 3),
        ("principal.r.n == 1", 1),
        ("principal.r.u.n == 1", 2),
        ("principal has r.u.n", 2),
        ("context has u.u.n", 2),
        ("context has r.u", 0),
        ("context has r.u.n", 1),
        ("principal.hasTag(\"x\") && principal.getTag(\"x\").n == 1", 2),
        ("(if principal.u == resource then principal else resource.u).n == 1", 2),
        ("{a: principal, b: principal.u.u}.a.n == 1", 2),
        ("{a: principal.u, b: principal}.b.n == 1", 1),
        ("principal.u in resource.u.g", 2),
        ("[principal.u.u].contains(principal)", 2),
        // What is never evaluated counts for nothing.
        ("if true then principal.n == 1 else principal.u.u.n == 1", 1),
        ("true || principal.u.u.n == 1", 0),
    ]

    @Test(arguments: conditions.indices)
    func condition(index: Int) throws {
        let (condition, least) = Self.conditions[index]
        let validator = Validator(try Schema(parsing: Self.schema))
        let policy = try #require(try Policy.parse(permit(when: condition)).first)
        for level in 0...4 {
            let errors = validator.validate(policy, level: level).errors
            #expect(errors.isEmpty == (level >= least), "\(condition) at level \(level): \(errors)")
            #expect(errors.allSatisfy { $0.code == .level })
        }
    }

    @Test(arguments: [
        ("U::\"x\".n == 1", false), ("U::\"x\" in G::\"g\"", false), ("Action::\"a\" in Action::\"a\"", true),
        ("(if principal == resource then U::\"x\" else principal).n == 1", false), ("principal == U::\"x\"", true),
    ])
    func entitiesThatAreWrittenOut(condition: String, isAllowed: Bool) throws {
        let validator = Validator(try Schema(parsing: Self.schema))
        let policy = try #require(try Policy.parse(permit(when: condition)).first)
        let codes = validator.validate(policy, level: 9).errors.map(\.code)
        #expect(codes == (isAllowed ? [] : [.literalDereference]))
    }

    /// Another action than the request's is an entity like any other.
    @Test func actionsThatAreWrittenOut() throws {
        let validator = Validator(
            try Schema(parsing: Self.schema + "action b appliesTo { principal: U, resource: U };")
        )
        let policy = try #require(try Policy.parse(permit(when: "Action::\"a\" in Action::\"a\"")).first)
        #expect(validator.validate(policy, level: 9).errors.map(\.code) == [.literalDereference])
    }

    @Test(arguments: [
        ("principal in G::\"g\", action, resource", 1), ("principal, action in [Action::\"a\"], resource", 1),
        ("principal, action == Action::\"a\", resource is U in ?resource", 1),
        ("principal is U, action == Action::\"a\", resource == U::\"x\"", 0),
    ])
    func scopes(scope: String, least: Int) throws {
        let validator = Validator(try Schema(parsing: Self.schema))
        let policy = try #require(try Policy.parse("permit (\(scope));").first)
        #expect(validator.validate(policy, level: 0).isValid == (least == 0))
        #expect(validator.validate(policy, level: 1).isValid)
    }

    @Test func otherErrorsComeFirst() throws {
        let validator = Validator(try Schema(parsing: Self.schema))
        let policy = try #require(try Policy.parse(permit(when: "principal.zz == 1")).first)
        #expect(validator.validate(policy, level: 0).errors.map(\.code) == [.unknownAttribute])
    }
}
