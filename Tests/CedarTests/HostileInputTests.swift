// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

/// Nothing from outside may stop the process: neither deep nesting on a small stack nor arbitrary bytes.
@Suite struct HostileInputTests {
    private static func wrap(_ count: Int, _ open: String, _ inner: String, _ close: String) -> String {
        String(repeating: open, count: count) + inner + String(repeating: close, count: count)
    }

    /// Every construct that nests, `count` deep.
    static func bombs(_ count: Int) -> [String] {
        [
            wrap(count, "(", "true", ")"), wrap(count, "[", "context.a", "]"), wrap(count, "{a: ", "context.a", "}"),
            wrap(count, "!(", "true", ")"), wrap(count, "-(", "1", ")"), wrap(count, "(1 + ", "1", ")"),
            wrap(count, "if true then ", "1", " else 2"), wrap(count, "if ", "true", " then true else false"),
            wrap(count, "if true then 1 else ", "2", ""), wrap(count, "ip(", "\"::1\"", ")"),
            wrap(count, "[1].contains(", "1", ")"), wrap(count, "context.getTag(", "1", ")"),
            wrap(count, "true && (", "true", ")"), wrap(count, "1 < (", "1", ")"),
            wrap(count, "context in [", "1", "]"),
            "context" + String(repeating: ".a", count: count), "context" + String(repeating: "[\"a\"]", count: count),
            "context" + String(repeating: ".offset(context)", count: count), String(repeating: "(", count: count),
            String(repeating: "[", count: count), String(repeating: "{a:", count: count),
            String(repeating: "if ", count: count), String(repeating: "-(", count: count),
            wrap(count, "[", "1", "]") + " == " + wrap(count, "[", "1", "]"),
        ]
    }

    @Test func deepNestingIsRefused() async throws {
        try await onSmallStack {
            for bomb in Self.bombs(50_000) {
                let error = parseError(permit(when: bomb))
                #expect(error?.code == .nesting, "\(bomb.prefix(20)): \(error?.description ?? "accepted")")
            }
        }
    }

    /// As deep as the parser lets through, on values as deep as JSON lets through.
    @Test func theDeepestThatIsAcceptedIsEvaluated() async throws {
        var deep: Value = 1
        for level in 0..<124 { deep = level % 2 == 0 ? .set([deep]) : .record(["a": deep]) }
        let value = deep
        let user = try uid("U::u")
        try await onSmallStack {
            var accepted = 0
            for count in [30, 60, 100, 120, 124, 125, 126, 127, 128] {
                for bomb in Self.bombs(count) + [
                    Self.wrap(count, "[", "context.a", "]") + " == " + Self.wrap(count, "[", "context.a", "]"),
                    Self.wrap(count, "{a: ", "context.a", "}") + " == " + Self.wrap(count, "{a: ", "context.a", "}"),
                    Self.wrap(count / 2, "[{a: ", "context.a", "}]") + " == "
                        + Self.wrap(count / 2, "[{a: ", "context.a", "}]"),
                ] {
                    guard let set = try? PolicySet(parsing: permit(when: bomb)) else { continue }
                    accepted += 1
                    for value in [value, 1] {
                        let request = AuthorizationRequest(
                            principal: user,
                            action: user,
                            resource: user,
                            context: ["a": value]
                        )
                        let answer = set.authorize(request, entities: EntityStore())
                        #expect(answer.failures.count + answer.determining.count <= 1)
                    }
                }
            }
            #expect(accepted > 100)
        }
    }

    @Test func deepJSONIsRefused() async throws {
        try await onSmallStack {
            for text in [
                Self.wrap(100_000, "[", "1", "]"), Self.wrap(100_000, "{\"a\":", "1", "}"),
                Self.wrap(70, "[", "1", "]"),
            ] {
                let entities = Array(
                    "[{\"uid\":{\"type\":\"A\",\"id\":\"x\"},\"attrs\":{\"v\":\(text)},\"parents\":[]}]".utf8
                )
                #expect(throws: EntityReadError.self) { try EntityStore(parsing: entities) }
            }
            // Built by a program rather than parsed, so that only the reader's own bound stands.
            var json: JSONValue = 1
            for _ in 0..<200 { json = [json] }
            #expect(throws: EntityFormatError.self) { try Value(json: json) }
        }
    }

    static let seedlings = PolicyCases.accepted + ExpressionCases.accepted.map { permit(when: $0) }

    @Test func randomBytesNeverTrap() {
        let seed = SeededGenerator.freshSeed()
        var generator = SeededGenerator(seed: seed)
        let alphabet = Array(
            "permit(principal,action==resource in[A::\"a\\u{1}*\"])when{if then else-!&&||<=>=+*.has like is@?;//\n 09\u{e9}\0"
                .utf8
        )
        var refused = 0
        for round in 0..<4000 {
            var bytes: [UInt8]
            switch round % 3 {
            case 0:
                bytes = (0..<Int.random(in: 0..<80, using: &generator)).map { _ in
                    UInt8.random(in: 0...255, using: &generator)
                }
            case 1:
                bytes = (0..<Int.random(in: 0..<120, using: &generator)).map { _ in
                    alphabet.randomElement(using: &generator) ?? 0
                }
            default:
                // A valid text with a few bytes changed, removed or doubled.
                bytes = Array((Self.seedlings.randomElement(using: &generator) ?? "").utf8)
                for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
                    let place = Int.random(in: 0..<bytes.count, using: &generator)
                    switch Int.random(in: 0..<3, using: &generator) {
                    case 0: bytes[place] = alphabet.randomElement(using: &generator) ?? 0
                    case 1: bytes.remove(at: place)
                    default: bytes.insert(contentsOf: bytes[place...].prefix(9), at: place)
                    }
                }
            }
            do throws(ParseError) {
                _ = try Policy.parse(bytes)
            } catch {
                refused += 1
                #expect(error.position.line >= 1 && error.position.column >= 1, "seed \(seed), round \(round)")
                #expect(error.position.offset <= bytes.count, "seed \(seed), round \(round)")
            }
            _ = PolicyBatch.evaluate(bytes)
        }
        #expect(refused > 1000, "seed \(seed)")
    }
}
