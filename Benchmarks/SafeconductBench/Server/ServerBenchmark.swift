// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON

/// Part 1: the server over loopback, each kind of request in turn with the trivial one, so that whatever else the
/// machine does meets both.
struct ServerBenchmark {
    let options: BenchOptions
    private let server: ServerProcess
    private let disk: DiskProbe
    private let client: SetupClient
    private let keys: KeyServer
    private let point: String
    private let workload: String

    /// Starts the server at `path` and sets it up through its own API.
    init(path: String, scratch: ScratchDirectory, _ options: BenchOptions) throws {
        self.options = options
        disk = DiskProbe(scratch)
        Report.progress("starting \(path)")
        server = try ServerProcess(path: path, scratch: scratch)
        client = try SetupClient(port: server.port, token: server.token)
        keys = try KeyServer()
        workload = try keys.token(subject: World.subject, audience: World.audience)
        _ = try client.call("PUT", "/v1/operators/\(World.team)", World.teamObject)
        _ = try client.call("PUT", "/v1/apis/\(World.api)", World.apiObject)
        let issuer = World.issuerObject(url: keys.url, keys: keys.keysURL)
        _ = try client.call("PUT", "/v1/issuers/\(World.issuer)", issuer)
        _ = try client.call("PUT", "/v1/identities/\(World.identity)", World.identityObject)
        let created = try client.call("POST", "/v1/enforcement-points", World.pointObject)
        guard let token = created["token"]?.stringValue else {
            throw BenchFailure("the enforcement point has no token")
        }
        point = token
    }

    /// Measures, stops the server, and gives the results in the order of the report.
    func run() throws -> [ScenarioResult] {
        var results: [ScenarioResult] = []
        var decisions = 0
        for policies in options.policyCounts {
            let scenarios = scenarios(policies).filter { options.isWanted($0.name) }
            guard !scenarios.isEmpty else { continue }
            _ = try client.call("PUT", "/v1/policies/active", PolicyText.activation(policies))
            for scenario in scenarios {
                Report.progress("\(scenario.name), \(options.rounds) rounds beside \(Scenario.trivial.name)")
                let (result, answered) = try measure(scenario)
                results.append(result)
                decisions += answered * scenario.decisions
            }
        }
        try checkEvidence(of: decisions)
        try server.stop()
        return results
    }

    private func scenarios(_ policies: Int) -> [Scenario] {
        guard policies == options.middlePolicyCount else { return [.asserted(point, policies: policies)] }
        return [
            .asserted(point, policies: policies), .assertedWide(point, policies: policies),
            .proven(point, token: workload, policies: policies), .batch(point, items: 100, policies: policies),
            .variedBatch(point, items: 100, policies: policies), .envoy(point, token: workload, policies: policies),
        ]
    }

    /// - Returns: The result, and how many requests were answered in all, those of the warm-up included.
    private func measure(_ scenario: Scenario) throws -> (ScenarioResult, answered: Int) {
        let warm = min(0.5, options.slotSeconds)
        let generator = LoadGenerator(
            port: server.port,
            connections: options.connections * scenario.width,
            threads: options.threads
        )
        let isAlone = options.only != nil
        if !isAlone { _ = try generator.run(Scenario.trivial.request, Scenario.trivial.check, seconds: warm) }
        var answered = try generator.run(scenario.request, scenario.check, seconds: warm).requests
        var result = ScenarioResult(scenario)
        for _ in 0..<options.rounds {
            let trivial = isAlone ? ScenarioResult.Stretch() : try timed(Scenario.trivial, generator)
            let own = try timed(scenario, generator)
            answered += own.outcome.requests
            result.add(own, trivial: trivial, diskNanoseconds: try disk.wait(seconds: options.slotSeconds / 20))
        }
        return (result, answered)
    }

    private func timed(_ scenario: Scenario, _ generator: LoadGenerator) throws -> ScenarioResult.Stretch {
        let before = server.processorSeconds
        let outcome = try generator.run(scenario.request, scenario.check, seconds: options.slotSeconds)
        let used = server.processorSeconds.flatMap { after in before.map { after - $0 } }
        return ScenarioResult.Stretch(outcome: outcome, processorSeconds: used)
    }

    /// Every decision that was answered must be in the evidence: that is what the figures are about.
    private func checkEvidence(of decisions: Int) throws {
        var leaves: Int64 = 0
        for log in try client.call("GET", "/v1/logs")["items"]?.arrayValue ?? [] {
            guard let name = log["name"]?.stringValue, name.hasPrefix("evidence-") else { continue }
            leaves += log["size"]?.integerValue ?? 0
        }
        guard leaves == Int64(decisions) else {
            throw BenchFailure("\(decisions) decisions were answered, but the evidence holds \(leaves)")
        }
    }
}
