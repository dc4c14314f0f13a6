// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import StrictJSON
import Synchronization
import TrustModel

/// Part 2: the engine without HTTP, its evidence on disk: decisions from so many tasks at once, and commands.
struct EngineBenchmark {
    private struct Line {
        let name: String
        let result: Concurrently
    }

    let options: BenchOptions

    func run(_ fixture: EngineFixture, token: String, into report: inout Report) async throws {
        var lines: [Line] = []
        let asserted = Question(
            subject: .asserted(World.identity),
            resource: .operation(World.operation),
            action: "read"
        )
        for tasks in [1, 2, 8, 64] {
            lines += try await decide("asserted", asserted, tasks, fixture)
        }
        var proven = asserted
        proven.subject = .token(token)
        lines += try await decide("ES256 token, verified before", proven, 64, fixture)
        var attributed = asserted
        attributed.attributes = JSONObject([("region", "eu-west")])
        lines += try await decide("asserted, one sealed attribute", attributed, 64, fixture)
        report.put(Self.table("decision, \(options.middlePolicyCount) policies", lines))
        report.set("decisions", Self.json(lines))

        report.put("\n")
        try await batches(asserted, fixture, into: &report)

        report.put("\n")
        var commands: [Line] = []
        for tasks in [1, 64] { commands += try await put("without text", nil, tasks, fixture) }
        for tasks in [1, 64] { commands += try await put("with sealed text", "A worker.", tasks, fixture) }
        report.put(Self.table("command", commands))
        report.set("commands", Self.json(commands))
    }

    private func decide(
        _ name: String,
        _ question: Question,
        _ tasks: Int,
        _ fixture: EngineFixture
    ) async throws -> [Line] {
        guard options.isWanted("decision, \(name)") else { return [] }
        Report.progress("decisions, \(name)")
        try await fixture.ask(question)
        let result = try await Concurrently(tasks: tasks, seconds: options.slotSeconds) { _, _ in
            try await fixture.ask(question)
        }
        return [Line(name: name, result: result)]
    }

    /// Questions as the batch endpoint hands them on: each has a leaf of its own, durable before the answer, and those of
    /// one request one commit.
    private func batches(_ question: Question, _ fixture: EngineFixture, into report: inout Report) async throws {
        var table = TextTable("leaves made durable, so many together", "tasks", "per second", "cpu us each", "p99 ms")
        var figures: [JSONValue] = []
        for (size, tasks) in [(100, 1), (100, 16), (1000, 4)] where options.isWanted("durable leaves, \(size)") {
            Report.progress("durable leaves, \(size) together, \(tasks) tasks")
            let questions = Array(repeating: question, count: size)
            let result = try await Concurrently(tasks: tasks, seconds: options.slotSeconds) { _, _ in
                try await fixture.ask(questions)
            }
            let rate = result.rate * Double(size)
            let processor = result.processorMicroseconds / Double(size)
            table.add(
                String(size),
                String(tasks),
                Figures.count(rate),
                Figures.fixed(processor, 2),
                Figures.milliseconds(result.latencies.quantile(0.99))
            )
            figures.append([
                "leaves": .integer(Int64(size)), "tasks": .integer(Int64(tasks)), "per_second": Figures.json(rate),
                "processor_us": Figures.json(processor),
            ])
        }
        guard !figures.isEmpty else { return }
        report.put(table)
        report.set("durable_leaves", .array(figures))
    }

    /// Registers identities that did not exist.
    private func put(_ name: String, _ text: String?, _ tasks: Int, _ fixture: EngineFixture) async throws -> [Line] {
        guard options.isWanted("put identity \(name)") else { return [] }
        Report.progress("commands, put identity \(name), \(tasks) tasks")
        let prefix = "\(text == nil ? "plain" : "sealed")-\(tasks)"
        let result = try await Concurrently(tasks: tasks, seconds: options.slotSeconds) { task, turn in
            let name = "\(prefix)-\(task)-\(turn)"
            var object = JSONObject([
                ("kind", "service"), ("owner", .string(World.team)), ("purpose", "order-handling"),
                ("boundary", "shop"), ("expires_in", "90d"), ("labels", ["order-desk", "tier-1"]),
                ("federation", [["issuer": .string(World.issuer), "subject": .string("repo:shop/\(name)")]]),
            ])
            object["description"] = text.map { .string($0) }
            try EngineFixture.done(
                await fixture.engine.put(.identity, named: name, .object(object), by: fixture.by)
            )
        }
        return [Line(name: "put identity \(name)", result: result)]
    }

    private static func table(_ title: String, _ lines: [Line]) -> TextTable {
        var table = TextTable(title, "tasks", "per second", "cpu us", "p50 ms", "p99 ms")
        for line in lines {
            table.add(
                line.name,
                String(line.result.tasks),
                Figures.count(line.result.rate),
                Figures.fixed(line.result.processorMicroseconds, 1),
                Figures.milliseconds(line.result.latencies.quantile(0.5)),
                Figures.milliseconds(line.result.latencies.quantile(0.99))
            )
        }
        return table
    }

    private static func json(_ lines: [Line]) -> JSONValue {
        .array(
            lines.map { line in
                [
                    "name": .string(line.name), "tasks": .integer(Int64(line.result.tasks)),
                    "per_second": Figures.json(line.result.rate),
                    "processor_us": Figures.json(line.result.processorMicroseconds),
                    "p50_ms": Figures.json(Double(line.result.latencies.quantile(0.5)) / 1e6),
                    "p99_ms": Figures.json(Double(line.result.latencies.quantile(0.99)) / 1e6),
                ]
            }
        )
    }
}
