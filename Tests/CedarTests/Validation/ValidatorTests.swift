// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import Testing

@Suite struct ValidatorTests {
    static let validator = Result { try Validator(Schema(parsing: ValidationCases.schema)) }

    private func errors(_ text: String, _ mode: ValidationMode = .strict) throws -> [ValidationIssue] {
        let policy = try #require(try Policy.parse(text).first)
        return try Self.validator.get().validate(policy, mode: mode).errors
    }

    @Test(arguments: ValidationCases.conditions.indices)
    func condition(index: Int) throws {
        let (condition, codes) = ValidationCases.conditions[index]
        let errors = try errors(permit(when: condition))
        #expect(errors.map(\.code) == codes, "\(condition): \(errors)")
    }

    @Test(arguments: ValidationCases.scopes.indices)
    func scope(index: Int) throws {
        let (scope, codes) = ValidationCases.scopes[index]
        let errors = try errors("permit (\(scope));")
        #expect(errors.map(\.code) == codes, "\(scope): \(errors)")
    }

    @Test(arguments: ValidationCases.permitted)
    func permissiveModeTakesMore(condition: String) throws {
        #expect(try !errors(permit(when: condition), .strict).isEmpty)
        #expect(try errors(permit(when: condition), .permissive) == [])
    }

    @Test(arguments: ValidationCases.forbidden)
    func noModeTakes(condition: String) throws {
        for mode in ValidationMode.allCases {
            #expect(try !errors(permit(when: condition), mode).isEmpty, "\(mode)")
        }
    }

    /// Errors stand where the fault stands and say how to mend it.
    @Test(arguments: [
        ("permit (principal is U, action, resource) when {\n  principal.o == \"x\" };", 2, 3, "principal has o &&"),
        ("permit (principal is U, action, resource) when { principal.nn == 1 };", 1, 50, "did you mean n?"),
        ("@id(\"(\") permit (principal, action == Action::\"aa\", resource);", 1, 39, "did you mean Action::\"a\"?"),
        ("permit (principal, action in [Action::\"a\",\n A::Action::\"z\"], resource);", 2, 2, "A::Action::\"x\""),
        ("permit (principal == G::\"g\", action, resource);", 1, 1, "principal in G::\"g\""),
        ("permit (principal is N::U, action, resource);", 1, 9, "did you mean U?"),
        ("permit (principal, action, resource) when { principal == E::\"c\" };", 1, 58, "\"a\""),
        ("permit (principal is U, action, resource) when { principal.getTag(\"a\") == 1 };", 1, 50, ".hasTag(\"a\")"),
        ("permit (principal, action == Action::\"a\", resource) when { context.c };", 1, 60, "context has c"),
    ])
    func placeAndHelp(text: String, line: Int, column: Int, help: String) throws {
        let policy = try #require(try Policy.parse(text).first)
        let errors = try Self.validator.get().validate(policy).errors
        let helps = errors.filter { issue in
            let position = policy.position(of: issue.span)
            return position.line == line && position.column == column && issue.help?.contains(help) == true
        }
        #expect(!helps.isEmpty, "\(errors.map { ($0, policy.position(of: $0.span)) })")
    }

    @Test func aPolicyThatNothingSatisfiesIsAWarning() throws {
        for (text, isPossible) in [
            ("permit (principal, action, resource) when { principal in H::\"h\" };", false),
            ("permit (principal, action, resource) unless { true };", false),
            ("permit (principal, action, resource) when { principal is U };", true),
            ("permit (principal, action, resource) when { true } when { false };", false),
        ] {
            let policy = try #require(try Policy.parse(text).first)
            let result = try Self.validator.get().validate(policy)
            #expect(result.isValid)
            #expect(result.warnings.map(\.code) == (isPossible ? [] : [.impossiblePolicy]), "\(text)")
        }
    }

    /// What one condition asks for, the next ones know; `unless` tells nothing.
    @Test func conditionsKnowOfEachOther() throws {
        let head = "permit (principal is U, action, resource)"
        #expect(try errors("\(head) when { principal has o } when { principal.o == \"x\" };").isEmpty)
        #expect(try !errors("\(head) unless { principal has o } when { principal.o == \"x\" };").isEmpty)
        #expect(try !errors("\(head) unless { !(principal has o) } when { principal.o == \"x\" };").isEmpty)
    }
}
