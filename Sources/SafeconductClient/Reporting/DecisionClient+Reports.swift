// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import ServiceLifecycle

extension DecisionClient: Service {
    /// So many reports are taken from the queue at once, ...
    private static let reportsInOneGo = 64
    /// ... and so many of them are under way at the same time: decisions need connections, too.
    private static let reportsAtOnce = 4
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
            let batch = reports.take(atMost: Self.reportsInOneGo)
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

    /// Sends a batch; gives whether the server took reports at all.
    private func send(_ batch: [OutcomeQueue.Report], retrying: Bool) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            var answered = true
            var next = batch.makeIterator()
            for report in (0..<Self.reportsAtOnce).compactMap({ _ in next.next() }) {
                group.addTask { await self.send(report, retrying: retrying) }
            }
            for await taken in group {
                answered = answered && taken
                if let report = next.next() { group.addTask { await self.send(report, retrying: retrying) } }
            }
            return answered
        }
    }

    private func send(_ report: OutcomeQueue.Report, retrying: Bool) async -> Bool {
        do throws(ClientError) {
            try await self.report(report.outcome, of: report.decision)
            reports.note { $0.sent += 1 }
            return true
        } catch {
            if error.code == .refused {
                reports.note { $0.refused += 1 }
                return true
            }
            // The same report twice is one report, so this may be repeated whatever became of it.
            var again = report
            if error.status != nil { again.attempts += 1 }
            if retrying, again.attempts < Self.attempts, ContinuousClock.now - report.made < Self.useful {
                reports.putBack(again)
            } else {
                reports.note { $0.lost += 1 }
            }
            return false
        }
    }
}
