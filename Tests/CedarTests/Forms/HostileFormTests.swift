// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import Foundation
import StrictJSON
import Testing

/// The JSON policy form against hostile depth and size, and against arbitrary changes.
@Suite struct HostileFormTests {
    private func onSmallStack(_ body: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { continuation in
            let thread = Thread {
                body()
                continuation.resume()
            }
            thread.stackSize = 512 << 10
            thread.start()
        }
    }

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
    @Test(arguments: [20, 60, 100, 119, 120, 121, 122, 130, 200, 240, 2000])
    func depth(count: Int) async {
        await onSmallStack {
            for bomb in Self.bombs(count) {
                guard let json = try? JSONValue(parsing: Self.form(body: bomb), limits: PolicyForm.limits) else {
                    #expect(count > 60)
                    continue
                }
                do throws(PolicyFormError) {
                    let policy = try Policy(json: json)
                    let again = try Policy(json: try policy.json)
                    #expect(policy.isSame(as: again))
                    #expect(policy.text == again.text)
                } catch {
                    #expect(error.code == .nesting, "\(error) \(bomb.prefix(40))")
                    #expect(count > 50)
                }
            }
        }
    }

    /// A long chain is one node as text, but deep as JSON; what is too deep is said, not built.
    @Test func longChains() async throws {
        await onSmallStack {
            for count in [2, 50, 100, 110, 120, 125, 1000, 100_000] {
                for sign in [" && ", " || ", " + ", " * "] {
                    let text = permit(when: Array(repeating: "true", count: count).joined(separator: sign))
                    guard let policy = try? Policy.parse(text)[0] else {
                        Issue.record("\(count) operands are refused")
                        continue
                    }
                    do throws(PolicyFormError) {
                        let json = try policy.json
                        #expect(json.serialized().count > 10 * count)
                        #expect(json == json)
                        let again = try Policy(json: json)
                        #expect(again.isSame(as: policy))
                    } catch {
                        #expect(error.code == .nesting && count > 110, "\(error)")
                    }
                    #expect((try? Policy.parse(policy.text)[0].isSame(as: policy)) == true)
                }
            }
        }
    }

    /// `x has a.b` repeats `x`: a hundred of them within each other would be larger than any memory.
    @Test func repetitionIsBounded() throws {
        for count in [4, 10, 100] {
            let text = permit(
                when: String(repeating: "(", count: count) + "context" + String(repeating: " has a.b.c)", count: count)
            )
            let policy = try Policy.parse(text)[0]
            do throws(PolicyFormError) {
                let json = try policy.json
                #expect(count < 12)
                #expect(try Policy(json: json).isSame(as: policy))
            } catch {
                #expect(error.code == .size && count > 4, "\(error)")
            }
        }
        let long = permit(when: "context has " + Array(repeating: "a", count: 50_000).joined(separator: "."))
        let policy = try Policy.parse(long)[0]
        #expect(throws: PolicyFormError.self) { try policy.json }
        #expect(try Policy.parse(policy.text)[0].isSame(as: policy))
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
