// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel
internal import TrustStore

/// Writes the leaves that close decisions, so that one closes each, whichever nodes are told at the same moment.
///
/// A mark is unique in one log, and each node writes a log of its own. So nodes close in turns: whoever has the turn looks
/// for marks in every log that may have them, and its leaves are durable, and seen by all, before the next one looks. A
/// node that dies in its turn leaves either a leaf with its mark, or nothing; there is nothing to tidy up.
///
/// What a report came with counts as of the turn, too: after the entry of a cut no leaf says what the cut credential told.
struct OutcomeCloser: Sendable {
    /// A report that found nothing against it.
    struct Item: Sendable {
        let record: OutcomeRecord
        let leaf: EvidenceWriter.Item
        /// The credential that the point came with; nil when it needed none.
        let credential: ObjectID?

        init(_ record: OutcomeRecord, credential: ObjectID?) {
            self.record = record
            self.credential = credential
            leaf = EvidenceWriter.Item(
                at: record.at,
                body: record.stored(),
                mark: OutcomeMark.key(of: record.decision)
            )
        }
    }

    /// What became of it.
    enum Outcome: Sendable {
        /// It closes the decision.
        case written
        /// The leaf at this place closed it before.
        case taken(LogName, index: UInt64)
        /// The point, or what it came with, counts no longer.
        case gone
        /// It could not be recorded.
        case failed(EngineError)
    }

    /// The most leaves of one turn: others wait for theirs meanwhile.
    static var batch: Int { 4096 }

    let logs: NodeLogs
    let clock: MachineClock
    let commit: @Sendable ([EvidenceWriter.Item]) -> [EvidenceWriter.Outcome]

    /// Closes what is still open of a batch. Blocks, until the turn comes and while it lasts.
    func close(_ items: [Item]) -> [Outcome] {
        do {
            return try logs.store.inTurn { try closeInTurn(items) }
        } catch {
            let failure = (error as? StoreError).map(EngineError.init) ?? error as? EngineError
            return items.map { _ in .failed(failure ?? EngineError(.internal, "\(error)")) }
        }
    }

    private func closeInTurn(_ items: [Item]) throws -> [Outcome] {
        logs.follower.follow()
        let sight = logs.follower.sight
        let (now, monotonic) = clock.moment(head: sight.view.state.time)
        guard !clock.jumped, sight.isSound, monotonic - sight.asked <= Follower.staleAfter else {
            throw EngineError(.unavailable, "this node has not heard from the control log for too long")
        }
        var outcomes = [Outcome](repeating: .gone, count: items.count)
        var admitted: [Sender: Bool] = [:]
        let good = items.indices.filter { index in
            let sender = Sender(point: items[index].record.point, credential: items[index].credential)
            if let known = admitted[sender] { return known }
            let counts = sight.view.state.admits(sender.point, with: sender.credential, at: now)
            admitted[sender] = counts
            return counts
        }
        // Almost always one month. A later one finds what the one before it has just closed.
        for month in Set(good.map { items[$0].leaf.month }).sorted() {
            let run = good.filter { items[$0].leaf.month == month }
            let own = LogName.evidence(node: logs.node, month: month)
            let taken = try places(of: run.map { items[$0].record.decision }, besides: own)
            let free = run.filter { taken[items[$0].record.decision] == nil }
            for index in run {
                if let place = taken[items[index].record.decision] { outcomes[index] = .taken(place.0, index: place.1) }
            }
            for (index, outcome) in zip(free, commit(free.map { items[$0].leaf })) {
                outcomes[index] =
                    switch outcome {
                    case .written: .written
                    case .taken(let first): .taken(own, index: first)
                    case .failed(let error): .failed(error)
                    }
            }
        }
        return outcomes
    }

    /// Who told, and with what.
    private struct Sender: Hashable {
        let point: ObjectID
        let credential: ObjectID?
    }

    /// The leaves that closed decisions in other logs than the one that is about to be written, which looks for itself.
    private func places(of decisions: [ObjectID], besides own: LogName) throws -> [ObjectID: (LogName, UInt64)] {
        var places: [ObjectID: (LogName, UInt64)] = [:]
        let keys = decisions.map { OutcomeMark.key(of: $0) }
        for (name, log) in try logs.outcomeLogs(of: decisions.map(\.time)) where name != own {
            for (decision, index) in zip(decisions, try log.marked(keys)) where places[decision] == nil {
                if let index { places[decision] = (name, index) }
            }
        }
        return places
    }
}

extension TrustState {
    /// Whether an enforcement point counts at `now`, and the credential that it came with, where it needed one.
    func admits(_ point: ObjectID, with credential: ObjectID?, at now: Timestamp) -> Bool {
        guard let record = enforcementPoints[point], !record.retired, record.object.custody.expiresAt > now,
            revocations.hold(on: point) == nil
        else { return false }
        guard let credential else { return true }
        guard let record = credentials[credential], case .success = caller(record, at: now) else { return false }
        return true
    }
}
