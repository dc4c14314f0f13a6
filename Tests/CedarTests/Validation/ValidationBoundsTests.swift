// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import Testing

/// Policies and schemas nobody vouches for: the work is bounded, and so is the stack.
@Suite struct ValidationBoundsTests {
    /// Runs on a stack as small as any thread's.
    private static let schema = """
        entity U = { u: U, o?: U, b: Bool, s: Set<Long> } tags U;
        action a appliesTo { principal: U, resource: U, context: { u: U } };
        """

    @Test(arguments: [
        String(repeating: "!(", count: 60) + "principal.b" + String(repeating: ")", count: 60),
        "principal" + String(repeating: ".u", count: 120) + ".b",
        String(repeating: "if principal.b then ", count: 100) + "true" + String(repeating: " else false", count: 100),
        "principal.s == " + String(repeating: "[", count: 120) + "1" + String(repeating: "]", count: 120),
        "{a: " + String(repeating: "{a: ", count: 110) + "1" + String(repeating: "}", count: 110) + "} == {a: 1}",
        String(repeating: "{a: ", count: 60) + "principal" + String(repeating: "}", count: 60)
            + String(repeating: ".a", count: 60) + ".b",
        "principal" + String(repeating: ".getTag(\"x\")", count: 120) + ".b",
    ])
    func deepExpressions(condition: String) async throws {
        let validator = Validator(try Schema(parsing: Self.schema))
        let policy = try #require(try Policy.parse(permit(when: condition)).first)
        try await onSmallStack {
            for mode in ValidationMode.allCases { _ = validator.validate(policy, mode: mode, level: 3) }
        }
    }

    @Test func deepTypes() async throws {
        let depth = 120
        let type = String(repeating: "Set<", count: depth) + "{a?: Long}" + String(repeating: ">", count: depth)
        let schema = try Schema(
            parsing: "entity U = {x: \(type), y: \(type)}; action a appliesTo {principal: U, resource: U};"
        )
        let policy = try #require(try Policy.parse(permit(when: "principal.x == [principal.y]")).first)
        try await onSmallStack {
            for mode in ValidationMode.allCases { _ = Validator(schema).validate(policy, mode: mode) }
        }
    }

    /// As many kinds of requests as the product of many types: what a policy does not look at tells none apart.
    @Test func manyEnvironments() throws {
        let count = 300
        let names = (0..<count).map { "T\($0)" }
        let list = names.joined(separator: ", ")
        var text = names.map { "entity \($0) in [G] = { a: Long };" }.joined(separator: "\n") + "entity G;"
        for action in 0..<20 {
            text += "action a\(action) appliesTo { principal: [\(list)], resource: [\(list)], context: {c: Long} };"
        }
        let validator = Validator(try Schema(parsing: text), limits: ValidationLimits(maximumWork: 200_000))
        func codes(_ text: String) throws -> [ValidationIssue.Code] {
            let policy = try #require(try Policy.parse(text).first)
            return validator.validate(policy).errors.map(\.code)
        }
        #expect(try codes("permit (principal, action, resource);") == [])
        #expect(try codes(permit(when: "context.c == 1 && principal.a == 1")) == [])
        #expect(try codes(permit(when: "principal.a == 1 || action == Action::\"a1\"")) == [])
        // 1.8 million kinds are too many for the work allowed, and a policy that was not looked at does not pass.
        #expect(try codes(permit(when: "principal.a == resource.a")) == [.tooLarge])
        #expect(
            try codes("permit (principal is T1, action == Action::\"a1\", resource) when {principal.a == resource.a};")
                == []
        )
    }

    /// Joining types is work: what a set holds may be of as many types as the schema has.
    @Test(arguments: ValidationMode.allCases)
    func manyTypesInOneSet(mode: ValidationMode) throws {
        let count = 300
        let types = (0..<count).map { "entity T\($0);" }.joined()
        let schema = try Schema(parsing: types + "action a appliesTo { principal: T0, resource: T0 };")
        let elements = (0..<count).map { "T\($0)::\"a\"" }.joined(separator: ", ")
        let policy = try #require(try Policy.parse(permit(when: "[\(elements)].contains(principal)")).first)
        func codes(_ work: Int) -> [ValidationIssue.Code] {
            let validator = Validator(schema, limits: ValidationLimits(maximumWork: work))
            return validator.validate(policy, mode: mode).errors.map(\.code)
        }
        #expect(codes(1 << 20) == (mode == .strict ? [.incompatibleTypes] : []))
        #expect(codes(10_000) == (mode == .strict ? [.incompatibleTypes] : [.tooLarge]))
        #expect(codes(100) == [.tooLarge])
        // The sentence names a few of them.
        let message = Validator(schema).validate(policy, mode: .strict).errors.first?.message ?? ""
        #expect(message.hasPrefix("T0 and T1 ") && message.hasSuffix(" and others do not fit together"))
    }

    /// Comparing what names of types stand for is work.
    @Test func largeTypesInOneSet() throws {
        var text = "type A0 = {a: Long}; type B0 = {a: Long};"
        for level in 1...10 {
            for letter in ["A", "B"] {
                text += "type \(letter)\(level) = {a: \(letter)\(level - 1), b: \(letter)\(level - 1)};"
            }
        }
        text += "entity T {a: A10, b: B10}; action r appliesTo {principal: T, resource: T};"
        let schema = try Schema(parsing: text)
        let elements = Array(repeating: "principal.a, principal.b", count: 100).joined(separator: ", ")
        let policy = try #require(try Policy.parse(permit(when: "[\(elements)].isEmpty()")).first)
        #expect(Validator(schema).validate(policy).isValid)
        let bounded = Validator(schema, limits: ValidationLimits(maximumWork: 5000))
        #expect(bounded.validate(policy).errors.map(\.code) == [.tooLarge])
    }

    /// Actions that differ in nothing but their name are one kind where no name is asked for; names that do not exist
    /// decide nothing, so all actions are looked at.
    @Test func manyActions() throws {
        let count = 2000
        let actions = (0..<count).map { "action a\($0) in [g] appliesTo {principal: U, resource: U};" }.joined()
        let schema = try Schema(parsing: "entity U {o?: Long}; action g;" + actions)
        let validator = Validator(schema, limits: ValidationLimits(maximumWork: 1000))
        func errors(_ text: String) throws -> [ValidationIssue] {
            validator.validate(try #require(try Policy.parse(text).first)).errors
        }
        let list = (0..<count).map { "Action::\"a\($0)\"" }.joined(separator: ", ")
        #expect(try errors("permit (principal, action in [\(list)], resource) when {principal == resource};") == [])
        #expect(try errors("permit (principal, action in Action::\"g\", resource);") == [])
        let unknown = try errors("permit (principal, action == X::Action::\"a7\", resource) when {principal.o == 1};")
        #expect(unknown.map(\.code).contains(.unknownAction) && unknown.map(\.code).contains(.unguardedAttribute))
        #expect(unknown.first { $0.code == .unknownAction }?.help == "did you mean Action::\"a7\"?")
        // In a long list nobody's slip of the pen is looked for.
        #expect(try errors("permit (principal, action == Action::\"a7x\", resource);").first?.help == nil)
    }

    @Test func manyErrorsAreCut() throws {
        let validator = Validator(try Schema(parsing: Self.schema))
        let conditions = (0..<500).map { "principal.x\($0) == 1" }.joined(separator: " && ")
        let policy = try #require(try Policy.parse(permit(when: conditions)).first)
        #expect(validator.validate(policy).errors.count == ValidationLimits.standard.maximumErrors)
    }

    /// More attributes asked for than fit one word.
    @Test func manyCapabilities() throws {
        let names = (0..<200).map { "a\($0)" }
        let attributes = names.map { "\($0)?: Long" }.joined(separator: ", ")
        let schema = try Schema(
            parsing: "entity U = {\(attributes)}; action a appliesTo {principal: U, resource: U};"
        )
        let asked = names.map { "principal has \($0)" }.joined(separator: " && ")
        let either = names.map { "principal has \($0)" }.joined(separator: " || ")
        let read = names.map { "principal.\($0) == 1" }.joined(separator: " && ")
        for (condition, count) in [("\(asked) && \(read)", 0), ("(\(either)) && \(read)", 100), (read, 100)] {
            let policy = try #require(try Policy.parse(permit(when: condition)).first)
            #expect(Validator(schema).validate(policy).errors.count == count)
        }
    }
}
