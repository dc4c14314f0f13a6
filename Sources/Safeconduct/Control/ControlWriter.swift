// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

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
    /// The noun of the API that it is about: what it answers without changing anything is read from there.
    public let collection: String
    /// The action that the policies of commands are asked about, where it is not its entries' kinds.
    public let action: String?

    /// Whether its answer holds a secret that is shown once, so that it can't be answered again.
    public let answersSecret: Bool

    /// The entries as far as whoever asks may have them worked out before it is known whether they may give the command:
    /// nothing is sealed for them, and nothing costly done. Nil where ``entries`` are that already.
    var draft: (@Sendable (TrustState, Timestamp) throws(CommandRefusal) -> [EntryBody])?
    /// What it asks for where its entries don't tell; nil where that is no more than reading.
    var question: CommandQuestion?
    /// What it means under the view that whoever gives it was asked about before; the same under that state at the head.
    var sketch: CommandSketch?
    /// The token that it ends and does nothing else, where whoever gives it has the right to that without any policy.
    var ownToken: ObjectID?
    /// Under which terms it is carried out; those of the task, once the engine has it.
    var terms = CommandTerms()

    /// A command.
    public init(
        by: ObjectID,
        isUrgent: Bool = false,
        collection: String = "log",
        action: String? = nil,
        answersSecret: Bool = false,
        entries: @escaping @Sendable (TrustState, Timestamp) throws(CommandRefusal) -> [EntryBody]
    ) {
        self.by = by
        self.isUrgent = isUrgent
        self.collection = collection
        self.action = action
        self.answersSecret = answersSecret
        self.entries = entries
    }

    /// A command whose entries have text to seal. They are worked out without it first: no key is made and nothing sealed
    /// for who may not give the command.
    init(
        by: ObjectID,
        isUrgent: Bool = false,
        collection: String,
        answersSecret: Bool = false,
        sealingWith sealer: Sealer,
        entries: @escaping @Sendable (TrustState, Timestamp, Sealer?) throws(CommandRefusal) -> [EntryBody]
    ) {
        self.init(by: by, isUrgent: isUrgent, collection: collection, answersSecret: answersSecret) {
            state,
            now throws(CommandRefusal) in try entries(state, now, sealer)
        }
        draft = { state, now throws(CommandRefusal) in try entries(state, now, nil) }
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

/// What became of a command, and what is to be recorded where it was not let in.
struct CarriedCommand: Sendable {
    var outcome: CommandOutcome
    var denied: DecisionRecord?
}

/// The only writer of the control log on this node: commands queue, each is validated against the state at the head,
/// and what queued together commits together.
final class ControlWriter: Sendable {
    private let log: any StoredLog
    private let follower: Follower
    private let clock: MachineClock
    private let digestWritten: @Sendable (TrustState) -> Void
    /// Gives back some of the space kept for urgent commands; false when nothing is left.
    let releaseReserve: @Sendable () -> Bool

    init(
        log: any StoredLog,
        follower: Follower,
        clock: MachineClock,
        digestWritten: @escaping @Sendable (TrustState) -> Void,
        releaseReserve: @escaping @Sendable () -> Bool
    ) {
        self.log = log
        self.follower = follower
        self.clock = clock
        self.digestWritten = digestWritten
        self.releaseReserve = releaseReserve
    }

    /// Carries out a batch of commands. Called on one thread at a time.
    func commit(_ commands: [Command]) -> [CarriedCommand] {
        if let fault = follower.logFault { return commands.map { _ in CarriedCommand(outcome: .failed(fault)) } }
        do {
            return try write(commands)
        } catch {
            if let outcomes = commitUrgent(commands, after: error) { return outcomes }
            let failure = EngineError(following: error)
            // What this node can't follow may be a cut: it stops deciding rather than decide without.
            if failure.code == .corrupt { follower.fail(failure) }
            return commands.map { _ in CarriedCommand(outcome: .failed(failure)) }
        }
    }

    /// Carries out a batch in one commit.
    func write(_ commands: [Command]) throws -> [CarriedCommand] {
        let known = follower.position
        let previous = known.view
        var outcomes: [CarriedCommand] = []
        var snapshots: [TrustState] = []
        let (state, frontier) = try log.append { append in
            outcomes = []
            snapshots = []
            var (state, frontier) = (previous.state, known.frontier)
            try Follower.follow(&append, &state, &frontier)
            let now = clock.now(head: state.time)
            // The time of an entry is for ever: every later one would have to follow it.
            guard !clock.jumped else {
                throw EngineError(.unavailable, "the wall clock has jumped; restart this node")
            }
            var authorizer = Authorizer(previous.commands)
            for command in commands {
                outcomes.append(
                    try carryOut(command, at: now, &append, &state, &snapshots, &authorizer, previous)
                )
            }
            for commitment in append.commitments { try frontier.append(commitment.leafHash) }
            return (state, frontier)
        }
        let next = follower.publish(state, frontier)
        // What was folded under the lock is compared with the root that was signed for it.
        follower.follow()
        snapshots.forEach(digestWritten)
        return outcomes.map { carried in
            guard case .done(let revs, _) = carried.outcome else { return carried }
            return CarriedCommand(outcome: .done(revs: revs, view: next))
        }
    }

    private func carryOut(
        _ command: Command,
        at now: Timestamp,
        _ append: inout LogAppend,
        _ state: inout TrustState,
        _ snapshots: inout [TrustState],
        _ authorizer: inout Authorizer,
        _ view: TrustView
    ) throws -> CarriedCommand {
        if let refusal = Self.refusal(of: command, state, now) {
            return CarriedCommand(outcome: .refused(refusal))
        }
        // What its giver did before is answered as it was then, whatever their roles are by now.
        do throws(CommandRefusal) {
            if let revs = try command.repeated(in: state, at: now) {
                return CarriedCommand(outcome: .done(revs: revs, view: view))
            }
        } catch {
            return CarriedCommand(outcome: .refused(error))
        }
        let draft = command.draft ?? command.entries
        let sketched = command.sketch.flatMap { $0.size == state.size ? $0.wanted : nil }
        let wanted = sketched ?? Result { () throws(CommandRefusal) in try draft(state, now) }
        // The policies speak before anything is said about the command: a refusal tells what is there.
        let auth: CommandAuthorization?
        switch try authorizer.answer(command, wanted, state, at: now) {
        case .allowed(let authorization): auth = authorization
        case .denied(let refusal, let record, _): return CarriedCommand(outcome: .refused(refusal), denied: record)
        }
        var proposed = state
        var bodies: [EntryBody] = []
        do throws(CommandRefusal) {
            try command.terms.precondition?(state)
            let drafted = try wanted.get()
            let entries = command.draft == nil ? drafted : try command.entries(state, now)
            for body in entries where !proposed.isUnchanged(by: body) {
                try proposed.validate(body, at: now)
                do throws(FoldError) {
                    // What could not be read again is refused here, to this command alone.
                    try proposed.apply(Entry(stored: Entry(time: now, by: command.by, auth: auth, body: body).stored()))
                } catch {
                    throw CommandRefusal(.conflict, "", error.message)
                }
                bodies.append(body)
            }
            try authorizer.checkOwners(bodies, from: state, to: proposed, at: now)
        } catch {
            return CarriedCommand(outcome: .refused(error))
        }
        // Only now is anything appended: a command refused halfway leaves no trace.
        var first: UInt64?
        var key = command.terms.key.map { CommandKey(id: $0.id, request: $0.request, entries: bodies.count) }
        for body in bodies {
            if state.digestIsDue {
                snapshots.append(state)
                try write(.stateDigest(state.digest), by: command.by, nil, at: now, &append, &state)
            }
            first = first ?? state.size
            try write(body, by: command.by, auth, key: key, at: now, &append, &state)
            key = nil
        }
        return CarriedCommand(outcome: .done(revs: (first ?? state.size)..<state.size, view: view))
    }

    /// Whoever gave the command may have been retired or suspended, and the credential that it came with cut, while it
    /// waited or at another node. After a cut's entry there is none that the cut credential brought about.
    private static func refusal(of command: Command, _ state: TrustState, _ now: Timestamp) -> CommandRefusal? {
        if let id = command.terms.credential {
            guard let credential = state.credentials[id], case .success = state.caller(credential, at: now) else {
                return CommandRefusal(.operatorGone, "", "the credential that the command came with counts no longer")
            }
        }
        if let facts = command.terms.facts, state.revocations.standing(of: facts) != .good {
            return CommandRefusal(.operatorGone, "", "the token that the command came with counts no longer")
        }
        if command.by.kind == .identity {
            guard state.summary(of: command.by)?.isLive(at: now) == true,
                state.revocations.hold(on: command.by) == nil
            else { return CommandRefusal(.operatorGone, "", "the identity is unknown, retired or suspended") }
            return nil
        }
        guard command.by.kind == .operator else { return nil }
        let hold = state.revocations.hold(on: command.by).flatMap { state.holds[$0]?.object.scope.kind }
        guard state.summary(of: command.by)?.isLive(at: now) == true, hold == nil || hold == .all else {
            return CommandRefusal(.operatorGone, "", "the operator is unknown, retired or suspended")
        }
        return nil
    }

    private func write(
        _ body: EntryBody,
        by: ObjectID,
        _ auth: CommandAuthorization?,
        key: CommandKey? = nil,
        at now: Timestamp,
        _ append: inout LogAppend,
        _ state: inout TrustState
    ) throws {
        // What is folded here is what followers will read: an entry that could not be read again is never written.
        let stored = Entry(time: now, by: by, auth: auth, key: key, body: body).stored()
        try state.apply(Entry(stored: stored))
        append.append(salt: LeafSalt.random(), body: stored)
    }
}

extension StoredLeaf {
    /// The entry that it holds, after a check that it is the one its commitment says.
    ///
    /// - Parameter rev: Its revision, for the error.
    func entry(at rev: UInt64) throws -> Entry {
        guard let salt, let body else { throw EngineError(.corrupt, "entry \(rev) of the control log has no body") }
        guard commitment.opens(salt: salt, body: body) else {
            throw EngineError(.corrupt, "entry \(rev) of the control log is not what its commitment says")
        }
        return try Entry(stored: body)
    }
}

extension TrustState {
    /// Folds a stored leaf.
    mutating func fold(_ leaf: StoredLeaf) throws { try apply(try leaf.entry(at: size)) }
}
