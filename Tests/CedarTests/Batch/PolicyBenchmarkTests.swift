// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

@Suite struct PolicyBenchmarkTests {
    private func bench(_ policies: String, _ entities: String, _ requests: String) throws -> PolicyBenchmark {
        try PolicyBenchmark(
            policies: Array(policies.utf8),
            entities: Array(entities.utf8),
            requests: Array(requests.utf8),
            limits: .standard
        )
    }

    private static let request = """
        {"principal": {"type": "User", "id": "a"}, "action": {"type": "Action", "id": "r"}, \
        "resource": {"type": "Doc", "id": "d"}}
        """

    @Test(arguments: ["[\(request), \(request)]", "{\"requests\": [\(request), \(request)]}"])
    func timesEveryRequest(requests: String) throws {
        var bench = try bench("permit(principal, action, resource);", "[]", requests)
        bench.round(isCounted: false)
        for _ in 0..<3 { bench.round() }
        #expect(bench.samples(of: .decision).map(\.count) == [3, 3] && bench.loadNanoseconds > 0)
        #expect(bench.json["explanation"] == nil && bench.quantile(0.5, of: .change) == 0)
        for question in PolicyBenchmark.Question.allCases { bench.round(question) }
        #expect(bench.samples(of: .decision).map(\.count) == [4, 4])
        #expect(bench.samples(of: .eachCandidate).map(\.count) == [1, 1])
        for name in ["p50_ns", "change_p50_ns", "each_candidate_p50_ns"] {
            #expect(bench.json["explanation"]?[name]?.integerValue ?? 0 > 0)
        }
        let json = bench.json
        #expect(json["policies"]?.integerValue == 1 && json["requests"]?.arrayValue?.count == 2)
        let first = json["requests"]?.arrayValue?.first
        #expect(first?["decision"] == "allow" && first?["reason"] == ["policy0"] && first?["errors"] == [])
        let least = first?["min_ns"]?.integerValue ?? 0
        #expect(least > 0 && first?["ns"]?.integerValue ?? 0 >= least)
    }

    @Test(arguments: [
        ("permit", "[]", "[]", "policies:1:7:"), ("", "{", "[]", "entities:1:"), ("", "{}", "[]", "entities: "),
        ("", "[{\"uid\": 1, \"attrs\": {}, \"parents\": []}]", "[]", "entities: /0"), ("", "[]", "[", "requests:1:"),
        ("", "[]", "1", "requests: an array"), ("", "[]", "[1]", "requests: /0"),
    ])
    func saysWhatIsWrong(policies: String, entities: String, requests: String, message: String) throws {
        let error = try #require(throws: PolicyBenchmarkError.self) { try bench(policies, entities, requests) }
        #expect("\(error)".hasPrefix(message), "\(error)")
    }

    @Test func quantiles() {
        #expect(PolicyBenchmark.quantile([], 0.5) == 0)
        #expect(PolicyBenchmark.quantile([1, 2, 3, 4], 0.5) == 3 && PolicyBenchmark.quantile([1, 2, 3, 4], 1) == 4)
    }
}
