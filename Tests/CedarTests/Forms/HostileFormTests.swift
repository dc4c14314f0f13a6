// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

/// The JSON policy form against hostile depth and size, and against arbitrary changes.
@Suite struct HostileFormTests {
    private static func form(body: String) -> String {
        #"{"effect":"permit","principal":{"op":"All"},"action":{"op":"All"},"resource":{"op":"All"},"conditions":[{"kind":"when","body":\#(body)}]}"#
    }

    private static func wrap(_ count: Int, _ open: String, _ inner: String, _ close: String) -> String {
        String(repeating: open, count: count) + inner + String(repeating: close, count: count)
    }

    private static func bombs(_ count: Int) -> [String] {
        [
            wrap(count, #"{"!":{"arg":"#, #"{"Value":true}"#, "}}"),
            wrap(count, #"{"Set":["#, #"{"Value":true}"#, "]}"),
            wrap(count, #"{"Record":{"a":"#, #"{"Value":true}"#, "}}"),
            wrap(count, #"{"&&":{"right":{"Value":true},"left":"#, #"{"Value":true}"#, "}}"),
            wrap(count, #"{"||":{"left":{"Value":true},"right":"#, #"{"Value":true}"#, "}}"),
            wrap(
                count,
                #"{"+":{"left":{"-":{"right":{"Value":1},"left":"#,
                #"{"Value":1}"#,
                #"}},"right":{"Value":1}}}"#
            ),
            wrap(count, #"{".":{"attr":"a","left":"#, #"{"Value":1}"#, "}}"),
            wrap(count, #"{"if-then-else":{"if":{"Value":true},"then":{"Value":1},"else":"#, #"{"Value":1}"#, "}}"),
            wrap(count, #"{"isIpv4":["#, #"{"Value":1}"#, "]}"), #"{"Value":\#(wrap(count, "[", "1", "]"))}"#,
            #"{"Value":\#(wrap(count, #"{"a":"#, "1", "}"))}"#,
            #"{"Value":\#(wrap(count, #"{"__extn":{"fn":"ip","arg":"#, "1", "}}"))}"#,
        ]
    }

    /// Whatever the JSON parser lets through is read or refused, written and read again, on a small stack.
    @Test(arguments: [20, 60, 100, 126, 127, 128, 129, 130, 250, 508, 509, 510, 600, 2000])
    func depth(count: Int) async throws {
        try await onSmallStack {
            for bomb in Self.bombs(count) {
                guard let json = try? JSONValue(parsing: Self.form(body: bomb), limits: PolicyForm.limits) else {
                    #expect(count > 250)
                    continue
                }
                do throws(PolicyFormError) {
                    let policy = try Policy(json: json)
                    let again = try Policy(json: try policy.json)
                    #expect(policy.isSame(as: again))
                    #expect(policy.text == again.text)
                } catch {
                    #expect(error.code == .nesting, "\(error) \(bomb.prefix(40))")
                    #expect(count > 60)
                }
            }
        }
    }

    /// Every construct that nests as text, `count` deep, with the widest that JSON makes of it at each level.
    private static func texts(_ count: Int) -> [String] {
        HostileInputTests.bombs(count) + [
            wrap(count, "[", "User::\"a\"", "]"), wrap(count, "(", "context", " has a.b.c.d)"),
            wrap(count, "(true && ", "true", " && true)"), wrap(count, "(", "1", " + 1)"),
            wrap(count, "(", "true", " && true && true)"), wrap(count, "(", "1", " - 1 + 1)"),
            wrap(count, "(", "context", " like \"*\")"), wrap(count, "(context is A in ", "context", ")"),
            wrap(count, "!(", "context has a.b.c || true", ")"), wrap(count, "context.offset(1, ", "1", ")"),
        ]
    }

    /// The deepest of each that is accepted as text is written as JSON, read again, and is the same; through the lines
    /// of the command line, too.
    @Test func theDeepestText() async throws {
        try await onSmallStack {
            var accepted = 0
            for index in Self.texts(1).indices {
                guard
                    let policy = (100...128).reversed().lazy
                        .compactMap({ try? Policy.parse(permit(when: Self.texts($0)[index])).first }).first
                else { continue }
                accepted += 1
                let form = try policy.json
                let read = try Policy(json: JSONValue(parsing: form.serialized(), limits: PolicyForm.limits))
                #expect(read.isSame(as: policy), "\(policy.text.prefix(100))")
                #expect(try read.json == form)
                let set: JSONValue = ["templates": [:], "staticPolicies": ["p": form], "templateLinks": []]
                let line: JSONValue = ["text": set, "forms": true]
                let answer = try JSONValue(parsing: PolicyBatch.parse(line.serialized()), limits: PolicyForm.limits)
                #expect(answer["accepts"] == true && answer["json"] == set, "\(policy.text.prefix(100))")
                let request: JSONValue = ["principal": Self.user, "action": Self.user, "resource": Self.user]
                let asked: JSONValue = ["policies": set, "requests": [request]]
                #expect(try JSONValue(parsing: PolicyBatch.evaluate(asked.serialized()))["results"] != nil)
            }
            #expect(accepted >= 25)
        }
    }

    private static let user: JSONValue = ["type": "U", "id": "u"]

    /// A long chain is one node as text, but deep as JSON if written from the left: those of `&&` and `||` are grouped
    /// otherwise when they are too long for that, and are one node again when they are read.
    @Test(arguments: [2, 100, 256, 257, 506, 507, 508, 1000, 1023, 1025, 5000])
    func longChains(count: Int) async throws {
        try await onSmallStack {
            for sign in [" && ", " || ", " + ", " * "] {
                let policy = try Policy.parse(
                    permit(
                        when: (0..<count).map { "a\($0 % 10)".replacing("a", with: "context.a") }.joined(
                            separator: sign
                        )
                    )
                )[0]
                do throws(PolicyFormError) {
                    let json = try policy.json
                    #expect(json.serialized().count > 10 * count)
                    let again = try Policy(json: json)
                    #expect(again.isSame(as: policy), "\(count)\(sign)")
                    #expect(count <= 507 || sign.contains("&") || sign.contains("|"))
                    let isNested = json["conditions"]?.arrayValue?[0]["body"]?.objectValue?.first?.value["left"] != nil
                    #expect(isNested)
                } catch {
                    #expect(error.code == .nesting && count > 507 && (sign == " + " || sign == " * "), "\(error)")
                }
            }
        }
    }

    /// What is grouped means the same as what is not, brackets within a long chain too.
    @Test func groupedChainsMeanTheSame() throws {
        let inner = "(context.a1 && (context.a2 || false))"
        for count in [200, 300, 2000] {
            let text =
                permit(when: ([inner] + Array(repeating: "context.a", count: count)).joined(separator: " && "))
                + permit(when: (Array(repeating: "context.b", count: count) + [inner]).joined(separator: " || "))
            let set = try policies(text)
            let read = try PolicySet(json: set.json)
            let user = try uid("U::u")
            for a: Value in [true, false, 1] {
                for b: Value in [true, false, 1] {
                    let request = AuthorizationRequest(
                        principal: user,
                        action: user,
                        resource: user,
                        context: ["a": a, "a1": a, "a2": b, "b": b]
                    )
                    let (first, second) = (
                        set.authorize(request, entities: EntityStore()),
                        read.authorize(request, entities: EntityStore())
                    )
                    #expect(first.json == second.json)
                    #expect(first.failures.map(\.error.message) == second.failures.map(\.error.message))
                }
            }
        }
    }

    /// `x has a.b` repeats `x`: a hundred of them within each other would be larger than any memory, and are written
    /// with their paths as lists, which repeat nothing.
    @Test func repetitionIsBounded() throws {
        for count in [4, 8, 100, 126] {
            let policy = try Policy.parse(permit(when: Self.wrap(count, "(", "context", " has a.b.c)")))[0]
            let json = try policy.json
            #expect(try Policy(json: json).isSame(as: policy))
            let outermost = json["conditions"]?.arrayValue?[0]["body"]?.objectValue?.first?.key
            #expect(outermost == (count > 10 ? "has" : "&&"), "\(count)")
        }
        let long = permit(when: "context has " + Array(repeating: "a", count: 10_000).joined(separator: "."))
        let policy = try Policy.parse(long)[0]
        #expect(try Policy(json: policy.json).isSame(as: policy))
        #expect(try Policy.parse(policy.text)[0].isSame(as: policy))
    }

    /// What would take more values than a policy may is refused before it is built.
    @Test func sizeIsBounded() throws {
        let letters = String(repeating: "a", count: PolicyForm.maximumValues / 2)
        let policy = try Policy.parse(permit(when: "context.a like \"\(letters)\""))[0]
        let error = #expect(throws: PolicyFormError.self) { try policy.json }
        #expect(error?.code == .size)
    }

    /// One byte changed anywhere never traps, and what is still accepted says what it reads back as.
    @Test func changedBytes() throws {
        let seed = SeededGenerator.freshSeed()
        var generator = SeededGenerator(seed: seed)
        let seedlings = ExpressionForms.cases.map { Array(Self.form(body: $0.json).utf8) }
        let alphabet = Array(#"{}[]":,aA0-&=!? "#.utf8)
        var accepted = 0
        for round in 0..<1500 {
            var bytes = seedlings[Int.random(in: 0..<seedlings.count, using: &generator)]
            for _ in 0..<Int.random(in: 1...2, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] =
                    alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
            }
            guard let json = try? JSONValue(parsing: bytes), let policy = try? Policy(json: json) else { continue }
            accepted += 1
            #expect(try Policy(json: policy.json).isSame(as: policy), "seed \(seed), round \(round)")
        }
        #expect(accepted > 20, "seed \(seed)")
    }
}
