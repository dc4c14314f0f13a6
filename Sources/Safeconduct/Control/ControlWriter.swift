// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization
internal import TransparencyLog
public import TrustModel
internal import TrustStore

/// A command: what it does follows from the state at the head, under the head's lock.
public struct Command: Sendable {
    /// Who gives it.
    public let by: ObjectID
    /// The entries it means, all or none, given the state they will follow and the time they will bear. No entries mean
    /// that everything is as commanded already.
    public let entries: @Sendable (TrustState, Timestamp) throws(CommandRefusal) -> [EntryBody]

    /// Whether it goes before others that wait, into room kept for such: cuts and holds do.
    public let isUrgent: Bool

    /// Whether its answer holds a secret that is shown once, so that it can't be answered again.
    public let answersSecret: Bool

    /// Under which terms it is carried out; those of the task, once the engine has it.
    var terms = CommandTerms()

    /// A command.
    public init(
        by: ObjectID,
        isUrgent: Bool = false,
        answersSecret: Bool = false,
        entries: @escaping @Sendable (TrustState, Timestamp) throws(CommandRefusal) -> [EntryBody]
    ) {
        self.by = by
        self.isUrgent = isUrgent
        self.answersSecret = answersSecret
        self.entries = entries
    }
}

/// What became of a command.
public enum CommandOutcome: Sendable {
    /// It stands in the log; `revs` are its entries' revisions, empty when there was nothing to change.
    case done(revs: Range<UInt64>, view: TrustView)
    /// It was refused; nothing was changed.
    case refused(CommandRefusal)
    /// Nothing could be written; nothing was changed.
    case failed(EngineError)
}

/// The only writer of the control log on this node: commands queue, each is validated against the state at the head,
/// and what queued together commits together.
final class ControlWriter<Store: TrustStore>: Sendable {
    private struct Current {
        var view: TrustView
        var fault: EngineError?
    }

    private let log: Store.Log
    private let current: Mutex<Current>
    private let clock: MachineClock
    private let allowingLoopbackHTTP: Bool
    private let digestWritten: @Sendable (TrustState) -> Void
    /// Rings whenever the newest view has more entries.
    let bell: GrowthBell

    init(
        log: Store.Log,
        view: TrustView,
        clock: MachineClock,
        allowingLoopbackHTTP: Bool,
        digestWritten: @escaping @Sendable (TrustState) -> Void
    ) {
        self.log = log
        current = Mutex(Current(view: view))
        self.clock = clock
        self.allowingLoopbackHTTP = allowingLoopbackHTTP
        self.digestWritten = digestWritten
        bell = GrowthBell(size: view.state.size)
    }

    /// The newest committed view.
    var view: TrustView { current.withLock { $0.view } }

    /// Why the newest view must not be decided with: the log holds what can't be folded here. Nil when all is well.
    var fault: EngineError? { current.withLock { $0.fault ?? $0.view.fault } }

    /// Carries out a batch of commands. Called on one thread at a time.
    func commit(_ commands: [Command]) -> [CommandOutcome] {
        let previous = view
        do {
            var outcomes: [CommandOutcome] = []
            var snapshots: [TrustState] = []
            let state = try log.append { append in
                outcomes = []
                snapshots = []
                var state = previous.state
                try Self.follow(&append, &state)
                let now = clock.now(head: state.time)
                // The time of an entry is for ever: every later one would have to follow it.
                guard !clock.jumped else {
                    throw EngineError(.unavailable, "the wall clock has jumped; restart this node")
                }
                for command in commands {
                    outcomes.append(try carryOut(command, at: now, &append, &state, &snapshots, previous))
                }
                return state
            }
            let next = TrustView(state, previous: previous, allowingLoopbackHTTP: allowingLoopbackHTTP)
            current.withLock { $0 = Current(view: next) }
            bell.ring(next.state.size)
            snapshots.forEach(digestWritten)
            return outcomes.map { outcome in
                if case .done(let revs, _) = outcome { .done(revs: revs, view: next) } else { outcome }
            }
        } catch {
            let failure = Self.failure(error)
            // What this node can't follow may be a cut: it stops deciding rather than decide without.
            if failure.code == .corrupt { current.withLock { $0.fault = failure } }
            return commands.map { _ in .failed(failure) }
        }
    }

    private static func failure(_ error: any Error) -> EngineError {
        switch error {
        case let error as EngineError: error
        case let error as StoreError: EngineError(error)
        case let error as FoldError: EngineError(.corrupt, error.message)
        default: EngineError(.internal, "\(error)")
        }
    }

    /// Folds what other writers appended.
    private static func follow(_ append: inout LogAppend, _ state: inout TrustState) throws {
        guard append.size >= state.size else {
            throw EngineError(.corrupt, "the control log is shorter than what was read from it before")
        }
        while state.size < append.size {
            for leaf in try append.leaves(state.size..<min(append.size, state.size + 1024)) {
                try state.fold(leaf)
            }
        }
    }

    private func carryOut(
        _ command: Command,
        at now: Timestamp,
        _ append: inout LogAppend,
        _ state: inout TrustState,
        _ snapshots: inout [TrustState],
        _ view: TrustView
    ) throws -> CommandOutcome {
        if let refusal = Self.refusal(of: command.by, state, now) { return .refused(refusal) }
        var proposed = state
        var bodies: [EntryBody] = []
        do throws(CommandRefusal) {
            if let revs = try command.settled(in: state, at: now) { return .done(revs: revs, view: view) }
            for body in try command.entries(state, now) where !proposed.isUnchanged(by: body) {
                try proposed.validate(body, at: now)
                do throws(FoldError) {
                    // What could not be read again is refused here, to this command alone.
                    try proposed.apply(Entry(stored: Entry(time: now, by: command.by, body: body).stored()))
                } catch {
                    throw CommandRefusal(.conflict, "", error.message)
                }
                bodies.append(body)
            }
        } catch {
            return .refused(error)
        }
        // Only now is anything appended: a command refused halfway leaves no trace.
        var first: UInt64?
        var key = command.terms.key.map { CommandKey(id: $0.id, request: $0.request, entries: bodies.count) }
        for body in bodies {
            if state.digestIsDue {
                snapshots.append(state)
                try write(.stateDigest(state.digest), by: command.by, at: now, &append, &state)
            }
            first = first ?? state.size
            try write(body, by: command.by, key: key, at: now, &append, &state)
            key = nil
        }
        return .done(revs: (first ?? state.size)..<state.size, view: view)
    }

    /// Whoever gave the command may have been retired or suspended while it waited, or on another node.
    private static func refusal(of by: ObjectID, _ state: TrustState, _ now: Timestamp) -> CommandRefusal? {
        guard by.kind == .operator else { return nil }
        let hold = state.revocations.hold(on: by).flatMap { state.holds[$0]?.object.scope.kind }
        guard state.summary(of: by)?.isLive(at: now) == true, hold == nil || hold == .all else {
            return CommandRefusal(
                CommandRefusal.Code(description: "operator_gone"),
                "",
                "the operator is unknown, retired or suspended"
            )
        }
        return nil
    }

    private func write(
        _ body: EntryBody,
        by: ObjectID,
        key: CommandKey? = nil,
        at now: Timestamp,
        _ append: inout LogAppend,
        _ state: inout TrustState
    ) throws {
        // What is folded here is what followers will read: an entry that could not be read again is never written.
        let stored = Entry(time: now, by: by, key: key, body: body).stored()
        try state.apply(Entry(stored: stored))
        append.append(salt: LeafSalt.random(), body: stored)
    }
}

extension TrustState {
    /// Folds a stored leaf after checking that it is the one its commitment says.
    mutating func fold(_ leaf: StoredLeaf) throws {
        guard let salt = leaf.salt, let body = leaf.body else {
            throw EngineError(.corrupt, "entry \(size) of the control log has no body")
        }
        guard leaf.commitment.opens(salt: salt, body: body) else {
            throw EngineError(.corrupt, "entry \(size) of the control log is not what its commitment says")
        }
        try apply(Entry(stored: body))
    }
}
