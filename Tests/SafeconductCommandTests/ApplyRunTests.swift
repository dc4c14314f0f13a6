// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import StrictJSON
import Synchronization
import Testing

@testable import SafeconductCommand

@Suite("Applying many documents")
struct ApplyRunTests {
    private static func operators(_ owners: [(String, String)]) -> [ApplyDocument] {
        owners.map { ApplyDocument(kind: .operator, name: $0, object: JSONObject([("owner", .string($1))]), file: "f") }
    }

    @Test("Who owns others is applied before them, whatever the order; the other kinds follow in theirs")
    func order() {
        let documents =
            Self.operators([("c", "b"), ("b", "a"), ("a", "a"), ("d", "elsewhere")])
            + [ApplyKind.issuer, .api, .identity].map {
                ApplyDocument(kind: $0, name: "x", object: JSONObject(), file: "f")
            }
        #expect(
            ApplyOrder.of(documents).map { "\($0.kind.noun)/\($0.name)" } == [
                "operator/a", "operator/d", "operator/b", "operator/c", "issuer/x", "api/x", "identity/x",
            ]
        )
    }

    @Test("Those that own each other in a circle come last, and none is lost")
    func circle() {
        let order = ApplyOrder.of(Self.operators([("a", "b"), ("b", "a"), ("c", "c"), ("d", "b")]))
        #expect(order.map(\.name) == ["c", "a", "b", "d"])
    }

    @Test("A chain of very many owners is put in order at once")
    func chain() {
        let count = 20_000
        let chain = (0..<count).reversed().map { ("t\($0)", "t\(max(0, $0 - 1))") }
        #expect(ApplyOrder.of(Self.operators(chain)).map(\.name) == (0..<count).map { "t\($0)" })
    }

    @Test(
        "Parts are bounded in objects and bytes, and together they are all, in order",
        arguments: [(0, 10), (1, 10), (1_000, 10), (1_001, 10), (2_500, 10), (5, 1 << 20), (3, 3 << 20)]
    )
    func parts(count: Int, bytes: Int) {
        let text = JSONValue.string(String(repeating: "x", count: bytes))
        let documents = (0..<count).map {
            ApplyDocument(kind: .identity, name: "n\($0)", object: JSONObject([("purpose", text)]), file: "f")
        }
        let parts = ApplyParts.of(documents)
        #expect(parts.joined().map(\.name) == documents.map(\.name))
        for (index, part) in parts.enumerated() {
            #expect(part.count <= ObjectPut.limit)
            #expect(part.count == 1 || part.count * bytes <= ApplyParts.maximumBytes)
            // A part ends only because the next object does not fit.
            if index + 1 < parts.count {
                #expect(part.count == ObjectPut.limit || (part.count + 1) * (bytes + 9) > ApplyParts.maximumBytes)
            }
        }
    }

    @Test("No more is done at a time than the bound, and everything is done, in order")
    func bounded() async {
        let running = Mutex((now: 0, most: 0))
        let results = await BoundedWork.results(Array(0..<200)) { item in
            running.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
            await Task.yield()
            running.withLock { $0.now -= 1 }
            return .success(item)
        }
        #expect(results.map { try? $0?.get() } == Array(0..<200))
        #expect(running.withLock { $0.most } <= BoundedWork.width)
        #expect(running.withLock { $0.now } == 0)
    }

    @Test("After a failure nothing more is begun, and what was begun is waited for")
    func failure() async {
        let begun = Mutex(0)
        let results = await BoundedWork.results(Array(0..<200)) { item -> Result<Int, CommandFailure> in
            begun.withLock { $0 += 1 }
            return item == 3 ? .failure(CommandFailure(.error, "third")) : .success(item)
        }
        #expect(begun.withLock { $0 } < 200)
        #expect(results.count { $0 != nil } == begun.withLock { $0 })
        await #expect(throws: CommandFailure(.error, "third")) {
            try await BoundedWork.values(Array(0..<200)) { item -> Result<Int, CommandFailure> in
                item == 3 ? .failure(CommandFailure(.error, "third")) : .success(item)
            }
        }
    }

    @Test(
        "The order of what is a set is no difference",
        arguments: [
            (["audiences": ["a", "b"]], ["audiences": ["b", "a"]], []),
            (["hosts": ["a", "b"]], ["hosts": ["b", "a", "b"]], []),
            (
                ["federation": [["issuer": "i", "subject": "s"], ["issuer": "i", "subject": "t"]]],
                ["federation": [["subject": "t", "issuer": "i"], ["issuer": "i", "subject": "s"]]], []
            ),
            (["required_claims": ["r": ["x", "y"], "z": 1]], ["required_claims": ["z": 1, "r": ["y", "x"]]], []),
            (
                ["audiences": ["a", "b"], "algorithms": ["x"]], ["audiences": ["b", "a"], "algorithms": ["x", "y"]],
                [#"~ algorithms: ["x"] -> ["x","y"]"#]
            ), (["steps": ["a", "b"]], ["steps": ["b", "a"]], [#"~ steps: ["a","b"] -> ["b","a"]"#]),
        ] as [(JSONValue, JSONValue, [String])]
    )
    func sets(before: JSONValue, after: JSONValue, lines: [String]) throws {
        let wanted = SetMembers.inOrder(of: try #require(before.objectValue), try #require(after.objectValue))
        #expect(MemberChange.between(before, .object(wanted)).map(\.line) == lines)
    }

    @Test(
        "Differences are told member by member",
        arguments: [
            (["a": 1], ["a": 1], []), (["a": 1, "b": 2], ["b": 2, "a": 1], []),
            (["a": 1], ["a": 2], ["~ a: 1 -> 2"]), ([:], ["a": ["x"]], [#"+ a: ["x"]"#]), (["a": 1], [:], ["- a: 1"]),
            (["a": ["b": 1, "c": 2]], ["a": ["b": 3]], ["~ a.b: 1 -> 3", "- a.c: 2"]),
            (["l": ["a", "b"]], ["l": ["a"]], [#"~ l: ["a","b"] -> ["a"]"#]),
            (
                ["ops": [["name": "x", "p": 1], ["name": "y", "p": 1]]],
                ["ops": [["name": "y", "p": 2], ["name": "z", "p": 3]]],
                ["~ ops.y.p: 1 -> 2", #"+ ops.z: {"name":"z","p":3}"#, #"- ops.x: {"name":"x","p":1}"#]
            ),
            // Two of one name are no list by names.
            (
                ["o": [["name": "x"]]], ["o": [["name": "x"], ["name": "x"]]],
                [#"~ o: [{"name":"x"}] -> [{"name":"x"},{"name":"x"}]"#]
            ),
        ] as [(JSONValue, JSONValue, [String])]
    )
    func changes(before: JSONValue, after: JSONValue, lines: [String]) {
        #expect(MemberChange.between(before, after).map(\.line) == lines)
    }

    @Test("Long and unprintable values do not flood or steer a terminal")
    func shown() {
        let change = MemberChange(path: "a", before: nil, after: .string(String(repeating: "x\u{1B}", count: 500)))
        #expect(change.line.count < 200)
        #expect(!change.line.contains("\u{1B}"))
    }

    @Test("A missing member names the one that was probably meant to be it, at its line")
    func misspelt() {
        let text =
            "kind: Api\nname: a\n\(ApplyDocumentTests.custody)operations:\n  - name: l\n    metod: GET\n    path: /x\n"
        let failure = #expect(throws: CommandFailure.self) { try ApplyDocumentTests.check(text) }
        #expect(failure?.message.hasPrefix("f.yaml:9:5:") == true, "\(failure?.message ?? "")")
        #expect(failure?.message.contains("'method' is required; is 'metod' meant to be it?") == true)
    }
}
