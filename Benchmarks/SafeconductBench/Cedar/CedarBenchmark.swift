// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import Foundation
import StrictJSON

/// Part 6: Cedar decisions beside those of the Rust engine, on the same files, in turn.
///
/// A time counts only where both engines give the same decision, reasons and errors for every request that both were
/// asked.
struct CedarBenchmark {
    let options: BenchOptions

    /// Where shared data is, as in the tests.
    private static let data: String? = {
        let root = ProcessInfo.processInfo.environment["SAFECONDUCT_DATA"] ?? "../shared/data"
        return FileManager.default.fileExists(atPath: root + "/policy/README.md") ? root : nil
    }()

    func run(scratch: String, into report: inout Report) throws {
        let directory = scratch + "/cedar"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        var table = TextTable(
            "policies",
            "p50 us",
            "p99 us",
            "Rust p50 us",
            "Rust p99 us",
            "Rust/ours",
            "load ms",
            "Rust load ms",
            "change us",
            "bytes/policy",
            "instructions",
            "allocations"
        )
        var explanations = TextTable(
            "policies",
            "decision us",
            "each candidate us",
            "explanation us",
            "of decision",
            "p99 us",
            "with change us",
            "of decision",
            "p99 us"
        )
        var results: [JSONValue] = []
        for setting in try CedarSetting.all(data: Self.data, in: directory, isQuick: options.isQuick) {
            Report.progress("Cedar: \(setting.name)")
            let result = try CedarResult(setting, rounds: options.isQuick ? 2 : 5)
            table.add(
                setting.name,
                Figures.fixed(Double(result.p50) / 1e3, 2),
                Figures.fixed(Double(result.p99) / 1e3, 2),
                result.rust.map { Figures.fixed(Double($0.p50), 0) } ?? "-",
                result.rust.map { Figures.fixed(Double($0.p99), 0) } ?? "-",
                result.rust.map { Figures.count(Double($0.p50) * 1e3 / Double(max(1, result.p50))) } ?? "-",
                Figures.fixed(Double(result.load) / 1e6, 1),
                result.rust.map { Figures.fixed(Double($0.load) / 1e3, 1) } ?? "-",
                result.change.map { Figures.fixed(Double($0) / 1e3, 1) } ?? "-",
                result.bytes.map { Figures.count(Double($0)) } ?? "-",
                result.cost.map { Figures.count(Double($0.instructions)) } ?? "-",
                result.cost.map { Figures.fixed($0.allocations, 1) } ?? "-"
            )
            explanations.add(result.explanation.row(setting.name))
            results.append(result.json)
        }
        report.put(table)
        if let missing = RustEngine.missing {
            report.put("  The Rust engine is left out: \(missing).\n")
        } else {
            report.put(
                "  Rust: cedarpy's engine time, whole microseconds; decision, reasons and errors were compared.\n"
            )
        }
        if Self.data == nil { report.put("  gdrive and github are left out: no shared data.\n") }
        report.put(
            "  change: the median of adding, replacing and removing one policy while the old set stays in use.\n"
        )
        report.put(
            DecisionCost.missing.map { "  Instructions and allocations are left out: \($0).\n" }
                ?? "  instructions, allocations: for one decision, counted by valgrind.\n"
        )
        report.put(explanations)
        report.put(
            """
              explanation: decision, clauses, values, nearest permits, as data; with change: the search for the least
              facts that turn it round, too. each candidate: the decision by asking every policy whose scope matches,
              without the index on conditions and when these are known. p50 where nothing is said; of decision: of the
              two p50s, measured in turn.

            """
        )
        report.set("cedar", .array(results))
        try QueryBenchmark(resources: options.isQuick ? 10_000 : 1_000_000)
            .run(seconds: options.stageSeconds, into: &report)
    }
}
