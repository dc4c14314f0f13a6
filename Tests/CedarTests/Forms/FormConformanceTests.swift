// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

/// The published corpora in the JSON policy form, and every text in our own.
@Suite(.enabled(if: SharedData.isPresent, "needs the shared data: set SAFECONDUCT_DATA"))
struct FormConformanceTests {
    /// Each policy set of the corpus is written as the reference implementation writes it, and what it wrote is read as
    /// the same policies, which decide the same.
    @Test func corpus() async throws {
        try await ConformanceCase.run("corpus-4.10-dev.jsonl.gz", expecting: 33_584) { json in
            let expected = json["policiesJson"] ?? .null
            let parsed = try ConformanceCase.text(json)
            guard try parsed.json == expected else { throw Difference("the JSON form differs") }
            let read = try PolicySet(json: expected)
            try Difference.check(parsed, read, "read from JSON")
            try Difference.check(parsed, try rewritten(parsed), "read from its own text")
            return read
        }
    }

    @Test func generatedPolicySets() async throws {
        try await ConformanceCase.run("gen-multi-dev.jsonl.gz", expecting: 2400) { json in
            let parsed = try ConformanceCase.text(json)
            let read = try PolicySet(json: parsed.json)
            try Difference.check(parsed, read, "read from JSON")
            try Difference.check(parsed, try rewritten(parsed), "read from its own text")
            return read
        }
    }

    @Test func acceptedTexts() throws {
        for line in try SharedData.lines("gen-parse-dev.jsonl.gz") {
            let json = try JSONValue(parsing: Array(line))
            guard json["accepts"] == true else { continue }
            let parsed = try PolicySet(parsing: json["text"]?.stringValue ?? "")
            try Difference.check(parsed, try PolicySet(json: parsed.json), "read from JSON")
            try Difference.check(parsed, try rewritten(parsed), "read from its own text")
        }
    }

    @Test func policyFiles() throws {
        let files = ["example-use-cases", "oopsla", "cedar-go-validator", "handwritten"]
            .flatMap { SharedData.files(in: $0, suffix: ".cedar") }
        #expect(files.count > 50)
        for file in files {
            let parsed = try PolicySet(parsing: SharedData.file(file))
            try Difference.check(parsed, try PolicySet(json: parsed.json), "\(file) read from JSON")
            try Difference.check(parsed, try rewritten(parsed), "\(file) read from its own text")
        }
    }
}

/// The set of what the policies say of themselves.
private func rewritten(_ set: PolicySet) throws -> PolicySet {
    let all = Array(set.policies) + Array(set.templates)
    return try PolicySet(
        all.flatMap { policy in try Policy.parse(policy.text) { _ in policy.id } }
    )
}

/// Two sets that should be the same are not.
struct Difference: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    static func check(_ left: PolicySet, _ right: PolicySet, _ what: String) throws {
        for (left, right) in [(left.policies, right.policies), (left.templates, right.templates)] {
            guard left.count == right.count else { throw Difference("\(what): other policies") }
            for (left, right) in zip(left, right) {
                guard left.id == right.id, left.isSame(as: right), left.hasSameAnnotations(as: right),
                    left.isTemplate == right.isTemplate
                else { throw Difference("\(what): \(left.text) and \(right.text)") }
            }
        }
    }
}
