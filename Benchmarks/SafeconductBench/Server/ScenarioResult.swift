// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// What one kind of request showed, beside the trivial one in the same rounds.
struct ScenarioResult {
    /// One stretch of load and what it cost the server.
    struct Stretch {
        var outcome = LoadGenerator.Outcome()
        var processorSeconds: Double?
    }

    let scenario: Scenario
    private(set) var own = LoadGenerator.Outcome()
    private(set) var trivial = LoadGenerator.Outcome()
    private var ownProcessor = 0.0
    private var trivialProcessor = 0.0
    private var ratios: [Double] = []
    private var diskWaits: [Double] = []

    init(_ scenario: Scenario) { self.scenario = scenario }

    /// Adds a round.
    mutating func add(_ own: Stretch, trivial: Stretch, diskNanoseconds: Double) {
        diskWaits.append(diskNanoseconds)
        self.own.add(own.outcome)
        self.trivial.add(trivial.outcome)
        ownProcessor += own.processorSeconds ?? .nan
        trivialProcessor += trivial.processorSeconds ?? .nan
        if trivial.outcome.rate > 0 { ratios.append(own.outcome.rate / trivial.outcome.rate) }
    }

    /// Its throughput as a share of the trivial endpoint's: the median of the rounds.
    var ratio: Double { ratios.isEmpty ? 0 : ratios.sorted()[ratios.count / 2] }

    /// How long the disk let one write wait in these rounds, in milliseconds: the median of the rounds.
    var diskMilliseconds: Double { diskWaits.isEmpty ? 0 : diskWaits.sorted()[diskWaits.count / 2] / 1e6 }

    /// Decisions in a second.
    var decisionRate: Double { own.rate * Double(scenario.decisions) }

    /// Processor time of the server for one request, in microseconds: it depends less on what else the machine does.
    var processorMicroseconds: Double { ownProcessor * 1e6 / Double(max(1, own.requests)) }

    /// The same of the trivial endpoint.
    var trivialProcessorMicroseconds: Double { trivialProcessor * 1e6 / Double(max(1, trivial.requests)) }

    /// The results as a table, the ratio first.
    static func table(_ results: [ScenarioResult]) -> TextTable {
        var table = TextTable(
            "request",
            "of trivial",
            "rounds",
            "req/s",
            "decisions/s",
            "p50 ms",
            "p99 ms",
            "server us/req",
            "disk ms",
            "trivial req/s",
            "p50 ms",
            "p99 ms",
            "us/req"
        )
        for result in results {
            let low = result.ratios.min() ?? 0
            let high = result.ratios.max() ?? 0
            table.add(
                result.scenario.name,
                Figures.fixed(result.ratio, 2),
                "\(Figures.fixed(low, 2))-\(Figures.fixed(high, 2))",
                Figures.count(result.own.rate),
                Figures.count(result.decisionRate),
                Figures.milliseconds(result.own.latencies.quantile(0.5)),
                Figures.milliseconds(result.own.latencies.quantile(0.99)),
                Figures.fixed(result.processorMicroseconds, 1),
                Figures.fixed(result.diskMilliseconds, 2),
                Figures.count(result.trivial.rate),
                Figures.milliseconds(result.trivial.latencies.quantile(0.5)),
                Figures.milliseconds(result.trivial.latencies.quantile(0.99)),
                Figures.fixed(result.trivialProcessorMicroseconds, 1)
            )
        }
        return table
    }

    var json: JSONValue {
        var object = JSONObject([
            ("name", .string(scenario.name)), ("ratio", Figures.json(ratio)),
            ("ratios", .array(ratios.map(Figures.json))),
            ("disk_wait_ms", Figures.json(diskMilliseconds)),
            ("decisions_per_second", Figures.json(decisionRate)), ("own", Self.json(own)),
            ("trivial", Self.json(trivial)),
        ])
        if processorMicroseconds.isFinite {
            object["server_processor_us"] = Figures.json(processorMicroseconds)
            object["trivial_server_processor_us"] = Figures.json(trivialProcessorMicroseconds)
        }
        return .object(object)
    }

    private static func json(_ outcome: LoadGenerator.Outcome) -> JSONValue {
        [
            "requests": .integer(Int64(outcome.requests)), "requests_per_second": Figures.json(outcome.rate),
            "p50_ms": Figures.json(Double(outcome.latencies.quantile(0.5)) / 1e6),
            "p99_ms": Figures.json(Double(outcome.latencies.quantile(0.99)) / 1e6),
        ]
    }
}
