// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import Testing

@Suite struct ParserTests {
    @Test(arguments: ExpressionCases.accepted)
    func expressionIsAccepted(text: String) {
        #expect(parseError(permit(when: text)) == nil)
    }

    @Test(arguments: ExpressionCases.refused)
    func expressionIsRefused(text: String) {
        #expect(parseError(permit(when: text)) != nil)
    }

    @Test(arguments: PolicyCases.accepted)
    func policyIsAccepted(text: String) {
        #expect(parseError(text) == nil)
    }

    @Test(arguments: PolicyCases.refused)
    func policyIsRefused(text: String) {
        #expect(parseError(text) != nil)
    }

    /// Reserved words name nothing but annotations; the words of the grammar are names elsewhere.
    @Test(arguments: [
        "true", "false", "if", "then", "else", "in", "is", "like", "has", "__cedar", "permit", "forbid", "when",
        "unless",
        "principal", "action", "resource", "context", "where",
    ])
    func words(word: String) {
        let isName = !["true", "false", "if", "then", "else", "in", "is", "like", "has", "__cedar"].contains(word)
        let texts = [
            permit(when: "context.\(word)"), permit(when: "context.a.\(word)"), permit(when: "context has \(word)"),
            permit(when: "context has a.\(word)"), permit(when: "context has \(word).a"),
            permit(when: "{\(word): 1} == 1"),
            permit(when: "\(word)::\"a\" == 1"), permit(when: "A::\(word)::\"a\" == 1"),
            permit(when: "\(word)::A::\"a\" == 1"), permit(when: "principal is \(word)"),
            permit(when: "principal is \(word)::A"), "permit(principal is \(word), action, resource);",
            "permit(principal == \(word)::\"a\", action, resource);",
        ]
        for text in texts { #expect((parseError(text) == nil) == isName, "\(text)") }
        #expect(parseError("@\(word) permit(principal, action, resource);") == nil)
        #expect(parseError("@\(word)(\"x\") permit(principal, action, resource);") == nil)
        #expect(parseError(permit(when: "{\"\(word)\": 1}[\"\(word)\"] == 1")) == nil)
        #expect(parseError(permit(when: "context.\(word)(1)")) != nil)
        #expect(parseError(permit(when: "\(word)(\"a\")")) != nil)
    }

    static let faults: [(String, ParseError.Code, Int, Int)] = [
        ("permit(principal, action, resource)", .syntax, 1, 36),
        ("permit(principal, action);", .syntax, 1, 25),
        ("permit(action, action, resource);", .scope, 1, 8),
        ("permit(principal, action == User::\"a\", resource);", .scope, 1, 29),
        ("permit(principal: User, action, resource);", .scope, 1, 17),
        ("permit(principal == ?resource, action, resource);", .slot, 1, 21),
        ("permit(principal, action == ?action, resource);", .slot, 1, 29),
        ("@a @b\n@a permit(principal, action, resource);", .duplicate, 2, 2),
        ("permit(principal, action, resource)\nwhen { context.a\n < \u{e9} };", .token, 3, 4),
        ("\u{FEFF}permit(principal, action, resource);", .token, 1, 1),
        ("permit(principal, action, resource)\n  when { \"\u{e9}\u{1F600}\" == foo };", .name, 2, 18),
        ("permit(principal, action, resource) when { context.if };", .reserved, 1, 52),
        ("permit(principal, action, resource) when { foo(1) };", .function, 1, 44),
        ("permit(principal, action, resource) when { context.foo(1) };", .function, 1, 52),
        ("permit(principal, action, resource) when { isIpv4(1) };", .function, 1, 44),
        ("permit(principal, action, resource) when { context.contains() };", .arity, 1, 44),
        ("permit(principal, action, resource) when { 1 == 2 == 3 };", .operator, 1, 51),
        ("permit(principal, action, resource) when { !!!!!true };", .operator, 1, 48),
        ("permit(principal, action, resource) when { 1 / 2 };", .operator, 1, 46),
        ("permit(principal, action, resource) when { 1 = 2 };", .operator, 1, 46),
        ("permit(principal, action, resource) when { 9223372036854775808 };", .integer, 1, 44),
        ("permit(principal, action, resource) when { {a: 1, \"a\": 2} };", .duplicate, 1, 44),
        ("permit(principal, action, resource) when { \"a\\q\" };", .escape, 1, 46),
        ("permit(principal, action, resource) when { \"abc };", .token, 1, 44),
        ("permit(principal, action, resource) when { ?principal };", .slot, 1, 44),
        ("permit(principal, action, resource) when { };", .syntax, 1, 44),
        ("permit(principal, action, resource) when { true && if true then true else true };", .syntax, 1, 52),
    ]

    @Test(arguments: faults)
    func faultsHaveCodeAndPlace(text: String, code: ParseError.Code, line: Int, column: Int) throws {
        let error = try #require(parseError(text))
        #expect(error.code == code, "\(error)")
        #expect(error.position.line == line && error.position.column == column, "\(error)")
        #expect(!error.message.isEmpty)
    }

    @Test func faultsSayHowToMend() throws {
        #expect(try #require(parseError(permit(when: "principle == 1"))).message.contains("did you mean 'principal'?"))
        #expect(try #require(parseError(permit(when: "context.a.contain(1)"))).message.contains("'contains'"))
        #expect(try #require(parseError(permit(when: "context.a = 1"))).message.contains("'=='"))
    }

    @Test func bytesMustBeUTF8() {
        for bytes: [UInt8] in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], Array("// ok\n".utf8) + [0xE2, 0x80]] {
            #expect(throws: ParseError.self) { try Policy.parse(bytes) }
        }
        do throws(ParseError) {
            _ = try Policy.parse(Array("// \u{e9}\n ".utf8) + [0xFF])
            Issue.record("invalid UTF-8 was read")
        } catch {
            #expect(error.code == .encoding)
            #expect(error.position == SourcePosition(offset: 7, line: 2, column: 2))
        }
    }

    @Test func sizeIsBounded() {
        #expect(throws: ParseError.self) {
            try Policy.parse("permit(principal,action,resource);", limits: ParserLimits(maximumBytes: 10))
        }
    }
}
