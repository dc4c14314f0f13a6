// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import ServiceLifecycle
internal import StrictJSON

extension DecisionClient: Service {
    /// What queues while one request is under way is the next one, up to so many.
    private static let reportsInOneRequest = 500
    /// A report that the server keeps failing over is given up on; one that never reached it is not.
    private static let attempts = 5
    /// The server takes no report of a decision that is older than this.
    private static let useful = Duration.seconds(3600)

    /// What became of the reports so far.
    public var reportCounts: ReportCounts { reports.counts }

    /// Puts a report aside, to be sent while the client runs as a service. It never waits.
    ///
    /// - Parameter decision: The id of the decision.
    public func report(later outcome: CallOutcome, of decision: String) {
        reports.add(OutcomeQueue.Report(decision: decision, outcome: outcome, made: .now))
    }

    /// Reports at once what came of a call.
    ///
    /// The same report may be sent twice; a different one for the same decision is refused.
    ///
    /// - Throws: ``ClientError``.
    public func report(_ outcome: CallOutcome, of decision: String) async throws(ClientError) {
        // The id stands in the path; whoever made one up must not reach another route.
        guard decision.utf8.allSatisfy(Self.isPlain), !decision.isEmpty else {
            throw ClientError(.refused, "this is not the id of a decision")
        }
        let answer = try await connection.post(
            outcome.body(),
            to: "/v1/decisions/\(decision)/outcome",
            within: configuration.reportTime
        )
        guard (200..<300).contains(answer.status) else { throw answer.failure() }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: "-")
    }

    /// Sends reports until graceful shutdown, then those that still wait, then closes the connections.
    public func run() async {
        await withGracefulShutdownHandler {
            for await _ in reports.signals { await sendAll() }
        } onGracefulShutdown: { [reports] in
            reports.close()
        }
        // Bounded: a server that is gone must not keep its enforcement points from stopping.
        _ = await within(configuration.flushTime) { [self] in
            await sendAll(retrying: false)
            return .success(())
        }
        let left = reports.take(atMost: .max)
        reports.note { $0.lost += UInt64(left.count) }
        await shutdown()
    }

    private func sendAll(retrying: Bool = true) async {
        var pause = Duration.milliseconds(250)
        while !Task.isCancelled {
            let batch = reports.take(atMost: Self.reportsInOneRequest)
            if batch.isEmpty { return }
            if await send(batch, retrying: retrying) {
                pause = .milliseconds(250)
            } else {
                guard (try? await gracefulSleep(pause)) != nil else { return }
                pause = min(pause * 2, .seconds(5))
            }
        }
    }

    /// A pause that shutdown ends.
    private func gracefulSleep(_ pause: Duration) async throws {
        try await cancelWhenGracefulShutdown { try await Task.sleep(for: pause) }
    }

    /// Sends a batch; gives whether the server took all of it, or refused what it did not.
    private func send(_ batch: [OutcomeQueue.Report], retrying: Bool) async -> Bool {
        do throws(ClientError) {
            let answer = try await connection.post(
                Self.body(of: batch),
                to: "/v1/outcomes",
                within: configuration.reportTime
            )
            guard answer.status == 200 else { throw answer.failure() }
            guard let items = try answer.json()["items"]?.arrayValue, items.count == batch.count else {
                throw ClientError(.garbled, "the answer does not have one result for each report", status: 200)
            }
            var failed: [OutcomeQueue.Report] = []
            for (report, item) in zip(batch, items) {
                switch item["result"]?.stringValue {
                case "recorded", "repeated": reports.note { $0.sent += 1 }
                case "refused": reports.note { $0.refused += 1 }
                default: failed.append(report)
                }
            }
            putBack(failed, wasAnswered: true, retrying: retrying)
            return failed.isEmpty
        } catch {
            if error.code == .refused {
                reports.note { $0.refused += UInt64(batch.count) }
                return true
            }
            putBack(batch, wasAnswered: error.status != nil, retrying: retrying)
            return false
        }
    }

    /// The same report twice is one report, so it may be repeated whatever became of it.
    private func putBack(_ failed: [OutcomeQueue.Report], wasAnswered: Bool, retrying: Bool) {
        for var report in failed.reversed() {
            if wasAnswered { report.attempts += 1 }
            if retrying, report.attempts < Self.attempts, ContinuousClock.now - report.made < Self.useful {
                reports.putBack(report)
            } else {
                reports.note { $0.lost += 1 }
            }
        }
    }

    private static func body(of batch: [OutcomeQueue.Report]) -> [UInt8] {
        var writer = JSONWriter(capacity: 160 * batch.count)
        writer.beginArray()
        for report in batch {
            writer.beginObject()
            writer.key("decision")
            writer.string(report.decision)
            report.outcome.writeMembers(to: &writer)
            writer.endObject()
        }
        writer.endArray()
        return writer.bytes
    }
}
