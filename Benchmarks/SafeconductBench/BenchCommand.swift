// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import StrictJSON

/// Measures Safeconduct on this machine and prints one report. Nothing is asserted about times: the exit code says only
/// whether every answer was right.
@main
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "safeconduct-bench",
        abstract: "Measures Safeconduct on this machine.",
        discussion: "Figures of two runs compare only on one machine; the ratios compare better."
    )

    @Option(
        help: ArgumentHelp(
            "The safeconduct executable to measure over HTTP; without it, that part is left out.",
            valueName: "path"
        )
    )
    var server: String?

    @Option(help: "Seconds for each kind of request, and as many for the trivial one beside it.")
    var seconds = 5.0

    @Option(help: "Connections of the load generator.")
    var connections = 16

    @Option(help: "Threads of the load generator.")
    var threads = 1

    @Option(help: ArgumentHelp("A directory on the disk to measure; by default the temporary one.", valueName: "path"))
    var directory: String?

    @Option(help: ArgumentHelp("Write all figures to this file as JSON, too.", valueName: "file"))
    var json: String?

    @Option(
        help: ArgumentHelp(
            "Only what has this text in its name, and nothing else: a steady load for a profiler; 'start' for starting, 'cedar' for policies.",
            valueName: "text"
        )
    )
    var only: String?

    @Option(help: "How many identities the log has that a start is measured with.")
    var identities: Int?

    @Flag(help: "Everything once and briefly: shows that it runs, and measures little.")
    var quick = false

    @Option(help: .hidden)
    var fold: Int?

    func validate() throws {
        guard (0.1...3600).contains(seconds) else { throw ValidationError("--seconds is 0.1 to 3600") }
        guard (1...1024).contains(connections) else { throw ValidationError("--connections is 1 to 1024") }
        guard (1...64).contains(threads) else { throw ValidationError("--threads is 1 to 64") }
        if let fold, !(1...100_000_000).contains(fold) { throw ValidationError("--fold is 1 to 100000000") }
    }

    func run() async throws {
        Leftovers.shared.clearWhenInterrupted()
        if let fold {
            Report().put(String(decoding: try MemoryBenchmark.fold(fold).serialized(), as: UTF8.self) + "\n")
            return
        }
        var options = BenchOptions()
        options.seconds = seconds
        options.connections = connections
        options.threads = threads
        options.isQuick = quick
        options.only = only
        do {
            try await measure(options)
        } catch {
            // Whoever interrupted the run ends it.
            if Leftovers.shared.isInterrupted { try await Task.sleep(for: .seconds(60)) }
            // The parser's own way to end prints usage for errors that are none of the caller's.
            FileHandle.standardError.write(Data("bench: error: \(error)\n".utf8))
            Leftovers.shared.clear()
            throw ExitCode(1)
        }
    }

    private func measure(_ options: BenchOptions) async throws {
        let parent = directory ?? FileManager.default.temporaryDirectory.path
        let scratch = try ScratchDirectory(in: parent, "run")
        var report = Report()
        report.put("safeconduct-bench\(quick ? " --quick: figures of so short a run say little" : "")\n")
        report.put(Machine.summary(scratch: scratch.path))
        report.set("machine", Machine.json(scratch: scratch.path))

        report.begin("1. The server over loopback, \(connections) connections, evidence durable before each answer")
        if let server {
            let results = try ServerBenchmark(path: server, scratch: scratch, options).run()
            report.put(ScenarioResult.table(results))
            report.put(
                "  'of trivial': requests per second as a share of \(Scenario.trivial.name) in the same rounds.\n"
            )
            report.put(
                "  'disk ms': what the disk lets one small write wait just then, which every decision waits for, too.\n"
            )
            report.put("  Every answer was checked, and the evidence log holds each decision that was answered.\n")
            report.set("http", .array(results.map(\.json)))
        } else {
            report.put("  left out: no --server was given\n")
        }

        try await measureInside(options, scratch, into: &report)
        if let json {
            try Data(report.json).write(to: URL(fileURLWithPath: json))
        }
    }
    /// What is measured in this process.
    private func measureInside(
        _ options: BenchOptions,
        _ scratch: ScratchDirectory,
        into report: inout Report
    ) async throws {
        if only == "start" {
            report.begin("3. Start")
            try await StartupBenchmark(count: identities ?? options.startupIdentities).run(
                scratch: scratch,
                into: &report
            )
            return
        }
        if only == "cedar" { return try measureCedar(options, scratch, into: &report) }
        let keys = try KeyServer()
        let token = try keys.token(subject: World.subject, audience: World.audience)
        let fixture = try await EngineFixture.open(in: scratch, keys: keys, policies: options.middlePolicyCount)
        report.begin("2. The engine in this process, evidence and control log on disk")
        try await EngineBenchmark(options: options).run(fixture, token: token, into: &report)

        guard only == nil else { return }

        report.begin("3. Memory and start")
        try MemoryBenchmark.run(options.identityCounts, into: &report)
        report.put("\n")
        try await StartupBenchmark(count: identities ?? options.startupIdentities).run(scratch: scratch, into: &report)

        report.begin("4. Where the time goes: the stages of a decision, each alone on one thread")
        try StageBenchmark(options: options)
            .run(fixture, keys: keys, token: token, scratch: scratch, into: &report)

        report.begin("5. OpenAPI documents, one thread")
        try PostureBenchmark(options: options).run(into: &report)

        try measureCedar(options, scratch, into: &report)
    }

    private func measureCedar(
        _ options: BenchOptions,
        _ scratch: ScratchDirectory,
        into report: inout Report
    ) throws {
        report.begin("6. Cedar: one decision, beside the Rust engine")
        try CedarBenchmark(options: options).run(scratch: scratch.path, into: &report)
    }
}
