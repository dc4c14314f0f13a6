// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import SafeconductClient
import SafeconductServer
import ServiceLifecycle
import StrictJSON
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5))) struct ReportTests {
    /// Runs `client` as a service while `body` runs, then shuts it down gracefully and waits for its end.
    private func running<Result>(_ client: DecisionClient, _ body: () async throws -> Result) async throws -> Result {
        let group = ServiceGroup(configuration: .init(services: [client], logger: StubServer.quiet))
        let task = Task { try await group.run() }
        let result = try await body()
        await group.triggerGracefulShutdown()
        try await task.value
        return result
    }

    /// The decisions that were reported about, in order of arrival.
    private func reported(_ server: StubServer) throws -> [String] {
        try server.asked.filter { $0.path == "/v1/outcomes" }.flatMap { call in
            try call.json().arrayValue?.compactMap { $0["decision"]?.stringValue } ?? []
        }
    }

    private func outcome(_ status: Int) -> CallOutcome {
        var outcome = CallOutcome()
        outcome.status = status
        return outcome
    }

    @Test func everyReportArrivesAndTheLastAtShutdown() async throws {
        try await StubServer.run({ .outcomes($0) }) { server in
            let client = try DecisionClient(server.configuration())
            // Put aside before anything runs, so that shutdown has something to send.
            for number in 0..<150 { client.report(later: outcome(200), of: "dec_\(number)") }
            try await running(client) {}
            #expect(client.reportCounts.sent == 150)
            #expect(client.reportCounts.waiting == 0 && client.reportCounts.lost == 0)
            #expect(try reported(server) == (0..<150).map { "dec_\($0)" })
            #expect(server.asked.count == 1, "what waits goes in one request")
        }
    }

    @Test func theOldestMakesRoom() async throws {
        try await StubServer.run({ .outcomes($0) }) { server in
            var configuration = server.configuration()
            configuration.waitingReports = 10
            let client = try DecisionClient(configuration)
            for number in 0..<25 { client.report(later: outcome(200), of: "dec_\(number)") }
            #expect(client.reportCounts.dropped == 15 && client.reportCounts.waiting == 10)
            try await running(client) {}
            #expect(try reported(server) == (15..<25).map { "dec_\($0)" })
        }
    }

    @Test func whatTheServerCouldNotTakeIsSentAgain() async throws {
        let refusals = Atomic<Int>(3)
        try await StubServer.run({ call in
            refusals.subtract(1, ordering: .relaxed).oldValue > 0 ? .problem(503, "unavailable") : .outcomes(call)
        }) { server in
            let client = try DecisionClient(server.configuration())
            try await running(client) {
                client.report(later: outcome(200), of: "dec_1")
                while client.reportCounts.sent == 0 { try await Task.sleep(for: .milliseconds(10)) }
            }
            #expect(client.reportCounts.sent == 1 && client.reportCounts.lost == 0)
            #expect(server.asked.count == 4)
        }
    }

    @Test func whatIsRefusedIsCountedAndNotSentAgain() async throws {
        try await StubServer.run({ .outcomes($0, "refused") }) { server in
            let client = try DecisionClient(server.configuration())
            client.report(later: outcome(200), of: "dec_1")
            try await running(client) {}
            #expect(client.reportCounts.refused == 1 && client.reportCounts.lost == 0)
            #expect(server.asked.count == 1)
        }
    }

    @Test func onlyWhatFailedIsSentAgain() async throws {
        let round = Atomic<Int>(0)
        try await StubServer.run({ call in
            guard round.add(1, ordering: .relaxed).oldValue == 0 else { return .outcomes(call, "repeated") }
            return .json(["items": [["result": "recorded"], ["result": "failed"], ["result": "refused"]]])
        }) { server in
            let client = try DecisionClient(server.configuration())
            for number in 0..<3 { client.report(later: outcome(200), of: "dec_\(number)") }
            try await running(client) {
                while client.reportCounts.sent < 2 { try await Task.sleep(for: .milliseconds(10)) }
            }
            #expect(client.reportCounts.sent == 2 && client.reportCounts.refused == 1)
            #expect(try reported(server) == ["dec_0", "dec_1", "dec_2", "dec_1"])
        }
    }

    @Test(arguments: ["{}", #"{"items":[]}"#, "[]", "yes"]) func anAnswerThatFitsNotIsNoReceipt(_ text: String)
        async throws
    {
        try await StubServer.run({ _ in .raw(text) }) { server in
            let client = try DecisionClient(server.configuration())
            client.report(later: outcome(200), of: "dec_1")
            try await running(client) {
                while server.asked.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
            }
            #expect(client.reportCounts.sent == 0 && client.reportCounts.lost == 1)
        }
    }

    @Test func aServerThatIsGoneKeepsNobodyFromStopping() async throws {
        let port = try await StubServer.run({ _ in .decision(true) }) { $0.port }
        var configuration = ClientConfiguration(url: "http://127.0.0.1:\(port)", token: .fixed(Redacted("t")))
        configuration.flushTime = .milliseconds(300)
        let client = try DecisionClient(configuration)
        for number in 0..<200 { client.report(later: outcome(200), of: "dec_\(number)") }
        try await running(client) {}
        let counts = client.reportCounts
        // What was under way when the time was over counts as given up, too.
        #expect(counts.sent == 0 && counts.waiting == 0 && counts.lost == 200, "\(counts)")
    }

    @Test func aReportSaysWhatIsKnownAndNothingElse() async throws {
        try await StubServer.run({ _ in Reply(status: 204, contentType: "text/plain", body: []) }) { server in
            try await server.withClient { client in
                var full = outcome(200)
                (full.bytes, full.rows, full.amount, full.latencyMilliseconds) = (10, 2, 5, 7)
                (full.dataClass, full.error) = ("internal", "interrupted")
                try await client.report(full, of: "dec_1")
                try await client.report(CallOutcome(), of: "dec_2")
                for id in ["", "../cuts", "dec_1/x", "a b", "dec%2F"] {
                    let error = await failure { () throws(ClientError) in try await client.report(full, of: id) }
                    #expect(error?.code == .refused)
                }
            }
            #expect(
                server.asked.map { String(decoding: $0.body, as: UTF8.self) } == [
                    #"{"status":200,"bytes":10,"rows":2,"amount":5,"latency_ms":7,"data_class":"internal","error":"interrupted"}"#,
                    "{}",
                ]
            )
        }
    }
}
