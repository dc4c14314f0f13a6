// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Cedar
import Foundation
import StrictJSON

/// `safeconduct policy bench`.
struct PolicyBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure what decisions take, request by request. No server is asked.",
        discussion: """
            Policies, entities and requests are read once and asked in rounds, after three that do not count. Requests \
            are a JSON array of {"principal": {"type", "id"}, "action", "resource", "context"?}, or an object with one \
            as its "requests". With --json the answer is {"policies", "load_ns", "p50_ns", "p99_ns", "requests": \
            [{"ns", "min_ns", "decision", "reason", "errors"}]}, times in nanoseconds. With --explanations explanations \
            take turns with the decisions: "explanation" is {"p50_ns", "change_p50_ns", "each_candidate_p50_ns"}: without \
            and with the search for the least facts that turn the decision round, and a decision by asking each policy \
            whose scope matches.

            Example: safeconduct policy bench --policies all.cedar --entities all.json --requests asked.json --json
            """
    )

    @Option(help: ArgumentHelp("Cedar text.", valueName: "file"))
    var policies: String

    @Option(help: ArgumentHelp("A JSON array in Cedar's entity form.", valueName: "file"))
    var entities: String

    @Option(help: ArgumentHelp("The requests, as JSON.", valueName: "file"))
    var requests: String

    @Option(help: "How often each request is asked.")
    var rounds = 20

    @Flag(help: "Measure explanations beside the decisions.")
    var explanations = false

    @Flag(help: "All figures as JSON, with the answers.")
    var json = false

    func validate() throws {
        guard (1...1_000_000).contains(rounds) else { throw ValidationError("--rounds is 1 to 1000000") }
    }

    func run() throws {
        let maximum = 1 << 30
        let limits = JSONLimits(maximumBytes: maximum, maximumDepth: 64, maximumValues: 1 << 26)
        let texts = try [policies, entities, requests].map { path throws(CommandFailure) in
            try InputFile.bytes(path, maximumBytes: maximum)
        }
        var bench: PolicyBenchmark
        do throws(PolicyBenchmarkError) {
            bench = try PolicyBenchmark(policies: texts[0], entities: texts[1], requests: texts[2], limits: limits)
        } catch {
            throw CommandFailure(.error, "\(error)")
        }
        let questions = explanations ? PolicyBenchmark.Question.allCases : [.decision]
        for round in 0..<rounds + 3 {
            for question in questions { bench.round(question, isCounted: round >= 3) }
        }
        let result = bench.json
        guard !json else {
            FileHandle.standardOutput.write(Data(result.serialized() + [UInt8(ascii: "\n")]))
            return
        }
        func figure(_ name: String) -> String { result[name]?.integerValue.map(String.init) ?? "-" }
        let text = """
            policies  \(figure("policies")), read and indexed in \(bench.loadNanoseconds / 1000) us
            requests  \(bench.requests.count), \(rounds) rounds
            p50       \(figure("p50_ns")) ns
            p99       \(figure("p99_ns")) ns

            """
            + (result["explanation"].map { explanation in
                """
                explained \(explanation["p50_ns"]?.integerValue ?? 0) ns (p50)
                change    \(explanation["change_p50_ns"]?.integerValue ?? 0) ns (p50), what turns it round sought too

                """
            } ?? "")
        FileHandle.standardOutput.write(Data(text.utf8))
    }
}
