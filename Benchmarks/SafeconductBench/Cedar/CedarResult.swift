// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import Foundation
import StrictJSON

/// What was found for one setting.
struct CedarResult {
    /// The other engine's part.
    struct Rust {
        let p50: Int64
        let p99: Int64
        let load: Int64
    }

    let name: String
    let p50: Int64
    let p99: Int64
    /// Nanoseconds to read and index the policies.
    let load: Int64
    let rust: Rust?
    /// Nanoseconds for one policy that comes, changes or goes; the median.
    let change: Int64?
    /// Memory of the policies and their index, by policy; only where they are so many that the rest does not count.
    let bytes: Int?
    /// What it costs to say why.
    let explanation: ExplanationTimes
    /// What valgrind counted.
    let cost: DecisionCost.Counts?

    /// Rounds of the two engines take turns.
    init(_ setting: CedarSetting, rounds: Int) throws {
        name = setting.name
        let limits = JSONLimits(maximumBytes: 1 << 30, maximumDepth: 64, maximumValues: 1 << 26)
        func read(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }
        let texts = try [setting.policies, setting.entities, setting.requests].map(read)
        var bench = try PolicyBenchmark(policies: texts[0], entities: texts[1], requests: texts[2], limits: limits)
        let count = bench.policies.policies.count
        // Of few policies the process itself is more than they are.
        bytes = count >= 10_000 ? try DecisionCost.bytes(setting).map { $0 / count } : nil
        load = bench.loadNanoseconds
        let rival = RustEngine.missing == nil ? try RustEngine(setting) : nil
        defer { rival?.close() }
        var times: [Int64] = []
        var answers: [JSONValue] = []
        for index in 0..<rounds {
            // The other engine had the caches to itself.
            bench.round(isCounted: false)
            let watch = Stopwatch()
            repeat { bench.round() } while watch.seconds < 0.02
            guard let round = try rival?.round() else { continue }
            // The first one warms it up.
            if index > 0 || rounds == 1 { times += round.microseconds }
            answers = round.answers
        }
        p50 = bench.quantile(0.5, of: .decision)
        p99 = bench.quantile(0.99, of: .decision)
        if let rival {
            try Self.compare(bench, answers, setting)
            times.sort()
            rust = Rust(
                p50: PolicyBenchmark.quantile(times, 0.5),
                p99: PolicyBenchmark.quantile(times, 0.99),
                load: rival.loadMicroseconds
            )
        } else {
            rust = nil
        }
        explanation = ExplanationTimes(&bench, rounds: rounds)
        change = try Self.change(bench.policies)
        cost = try DecisionCost.count(setting, requests: bench.requests.count)
    }

    private static func compare(_ bench: PolicyBenchmark, _ answers: [JSONValue], _ setting: CedarSetting) throws {
        guard answers.count == min(setting.asked, bench.requests.count) else {
            throw BenchFailure("\(setting.name): the Rust engine answered \(answers.count) requests")
        }
        for (index, (ours, theirs)) in zip(bench.requests, answers).enumerated() {
            let answer = bench.policies.authorize(ours, entities: bench.entities).json
            let members = [answer["decision"], answer["reason"], answer["errors"]].compactMap(\.self)
            guard JSONValue.array(members) == theirs else {
                throw BenchFailure("\(setting.name): the engines disagree about request \(index)")
            }
        }
    }

    /// One policy is added, replaced and removed again and again; the old set stays in use, as readers would have it.
    private static func change(_ set: PolicySet) throws -> Int64? {
        let known = Array(set.policies)
        guard known.count >= 10 else { return nil }
        var times: [Int64] = []
        var current = set
        for index in 0..<90 {
            let example = known[index * 7919 % known.count]
            var policy = example
            policy.id = Text("new\(index / 3)")
            let watch = Stopwatch()
            let changed =
                switch index % 3 {
                case 0: try current.adding(policy)
                case 1: current.replacing(policy)
                default: current.removing(policy.id)
                }
            times.append(Int64(watch.nanoseconds))
            withExtendedLifetime(current) {}
            current = changed
        }
        times.sort()
        return PolicyBenchmark.quantile(times, 0.5)
    }

    var json: JSONValue {
        var members = JSONObject([
            ("name", .string(name)), ("p50_ns", .integer(p50)), ("p99_ns", .integer(p99)), ("load_ns", .integer(load)),
        ])
        if let rust {
            members["rust"] = [
                "p50_us": .integer(rust.p50), "p99_us": .integer(rust.p99), "load_us": .integer(rust.load),
            ]
        }
        members["explanation"] = explanation.json
        if let change { members["change_ns"] = .integer(change) }
        if let bytes { members["bytes_per_policy"] = .integer(Int64(bytes)) }
        if let cost {
            members["instructions"] = .integer(Int64(cost.instructions))
            members["allocations"] = Figures.json(cost.allocations)
        }
        return .object(members)
    }
}
