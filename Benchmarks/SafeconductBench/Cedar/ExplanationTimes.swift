// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON

/// What explanations of a setting's requests take beside the decisions, in nanoseconds.
struct ExplanationTimes {
    // Asking each of more policies takes minutes and shows nothing new.
    private static let mostCandidates = 20_000

    private var p50: [Int64] = []
    private var p99: [Int64] = []

    /// All questions take turns, so that whatever else the machine does meets each of them.
    init(_ bench: inout PolicyBenchmark, rounds: Int) {
        // The decisions were asked among the other engine's; here they are asked again.
        bench.forget()
        let questions: [PolicyBenchmark.Question] = [.decision, .explanation, .change]
        for round in 0...rounds {
            let watch = Stopwatch()
            repeat {
                for question in questions { bench.round(question, isCounted: round > 0) }
                if round == 1, bench.policies.policies.count <= Self.mostCandidates {
                    bench.round(.eachCandidate)
                }
            } while watch.seconds < 0.02
        }
        for question in PolicyBenchmark.Question.allCases {
            p50.append(bench.quantile(0.5, of: question))
            p99.append(bench.quantile(0.99, of: question))
        }
    }

    private func p50(_ question: PolicyBenchmark.Question) -> Int64 { p50[question.rawValue] }

    private func ofDecision(_ question: PolicyBenchmark.Question) -> Double {
        Double(p50(question)) / Double(max(1, p50(.decision)))
    }

    /// The row of the table.
    func row(_ name: String) -> [String] {
        func time(_ nanoseconds: Int64) -> String { Figures.fixed(Double(nanoseconds) / 1e3, 2) }
        let candidates = p50(.eachCandidate)
        var row = [name, time(p50(.decision)), candidates > 0 ? time(candidates) : "-"]
        for question in [PolicyBenchmark.Question.explanation, .change] {
            row += [
                time(p50(question)), Figures.fixed(ofDecision(question), 1), time(p99[question.rawValue]),
            ]
        }
        return row
    }

    /// The same for machines.
    var json: JSONValue {
        [
            "decision_p50_ns": .integer(p50(.decision)), "each_candidate_p50_ns": .integer(p50(.eachCandidate)),
            "p50_ns": .integer(p50(.explanation)), "of_decision": Figures.json(ofDecision(.explanation)),
            "change_p50_ns": .integer(p50(.change)), "change_of_decision": Figures.json(ofDecision(.change)),
        ]
    }
}
