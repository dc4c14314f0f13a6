// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
public import TrustModel
internal import TrustStore

extension Engine {
    /// How long after a decision its outcome may be told, in milliseconds.
    static var outcomeLimit: Int64 { 3_600_000 }

    /// Takes reports of what came of decisions; durable when this returns.
    ///
    /// - Parameters:
    ///   - reports: The reports, of at most a few thousand decisions.
    ///   - point: The authenticated enforcement point that tells.
    ///   - credential: What it came with, which has to count when the leaf is written; nil when it needed nothing.
    /// - Returns: An answer for each, in order.
    public func report(
        _ reports: [ReportedOutcome],
        by point: ObjectID,
        with credential: ObjectID? = nil
    ) async -> [OutcomeAnswer] {
        let unsound = { (message: String) in
            [OutcomeAnswer](repeating: .failed(EngineError(.unavailable, message)), count: reports.count)
        }
        if clock.jumped { return unsound("the wall clock has jumped; this node records nothing") }
        let (now, rev) = (now(), view.state.rev ?? 0)
        let checked: [CheckedReport]
        do {
            checked = try await blocking { try self.check(reports, by: point, at: now, rev: rev) }
        } catch {
            return unsound("the evidence can't be read")
        }
        let answers = await withTaskGroup(of: (Int, OutcomeAnswer).self) { group in
            for (index, report) in checked.enumerated() {
                // What waits together is committed together.
                if case .valid(let record, let decision) = report {
                    let item = OutcomeCloser.Item(record, credential: credential)
                    group.addTask { (index, await self.close(item, of: decision)) }
                }
            }
            return await group.reduce(into: [Int: OutcomeAnswer]()) { $0[$1.0] = $1.1 }
        }
        return checked.enumerated().map { index, report in
            if case .settled(let answer) = report { return answer }
            return answers[index] ?? .failed(EngineError(.internal, "a report was not answered"))
        }
    }

    /// A report once its decision was looked up.
    private enum CheckedReport: Sendable {
        /// It is answered without being written.
        case settled(OutcomeAnswer)
        /// It is to be written.
        case valid(OutcomeRecord, of: DecisionRecord)
    }

    /// Looks the decisions up, and what was told of them so far. Blocks.
    private func check(
        _ reports: [ReportedOutcome],
        by point: ObjectID,
        at now: Timestamp,
        rev: UInt64
    ) throws -> [CheckedReport] {
        let decisions = try records(of: reports.map(\.decision))
        let told = try outcomes(of: Array(decisions.keys))
        return reports.map { report in
            guard let decision = decisions[report.decision] else { return .settled(.refused(.notFound)) }
            guard decision.point == point else { return .settled(.refused(.notOwn)) }
            if let told = told[report.decision] {
                return .settled(told.record.report == report.report ? .repeated : .refused(.differs))
            }
            guard now.milliseconds - decision.at.milliseconds <= Self.outcomeLimit else {
                return .settled(.refused(.late))
            }
            return .valid(
                OutcomeRecord(
                    report.report,
                    on: report.decision,
                    permitted: decision.outcome.permits,
                    by: point,
                    at: now,
                    rev: rev
                ),
                of: decision
            )
        }
    }

    /// Writes the leaf that closes a decision, unless there is one: another task or node may have been faster.
    private func close(_ item: OutcomeCloser.Item, of decision: DecisionRecord) async -> OutcomeAnswer {
        let (record, permitted) = (item.record, decision.outcome.permits)
        switch await closings.submit(item) {
        case .failed(let error): return .failed(error)
        case .gone: return .refused(.pointGone)
        case .written:
            charge(decision, record.report)
            if permitted, record.decision.decisionNode == node.number { outcomes.told(decidedAt: record.decision.time) }
            return .recorded(record.result(permitted: permitted), enforced: record.enforced)
        case .taken(let name, let index):
            do {
                let first = try await blocking { try self.outcome(at: index, of: name) }
                return first?.record.report == record.report ? .repeated : .refused(.differs)
            } catch {
                return .failed(EngineError(.unavailable, "the evidence can't be read"))
            }
        }
    }

    /// Counts the permitted calls that nobody told about in time. Called every few seconds.
    public func settleOutcomes() async {
        let until = now().advanced(byMilliseconds: -configuration.outcomeWindow)
        for second in outcomes.due(before: until) {
            // Unreadable evidence is tried again with the next call.
            guard let elsewhere = try? await blocking({ try self.told(elsewhere: second) }) else { return }
            outcomes.settle(second, elsewhere: elsewhere)
        }
    }

    /// Of how many decisions that this node made in a second other nodes were told. Blocks.
    private func told(elsewhere second: Int64) throws -> Int64 {
        let (first, end) = (Timestamp(seconds: second), Timestamp(seconds: second + 1))
        var count: Int64 = 0
        for (name, log) in try nodeLogs.outcomeLogs(of: [first]) {
            if case .evidence(node.number, _) = name { continue }
            let marks = try log.marks(
                from: OutcomeMark.first(at: first),
                to: OutcomeMark.first(at: end),
                limit: 1 << 20
            )
            count += Int64(marks.filter { OutcomeMark.node(of: $0.key) == node.number }.count)
        }
        return count
    }

    /// How many permitted calls there is still time to tell about; of how many nobody told in time, and how many of
    /// those were told about later. Since this process began.
    public var outcomeCounts: (open: Int64, unknown: Int64, overdue: Int64) {
        (outcomes.open, outcomes.unknown, outcomes.overdue)
    }
}
