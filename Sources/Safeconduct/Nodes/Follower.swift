// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization
internal import TransparencyLog
internal import TrustModel
internal import TrustStore

/// Where this node stands in the control log: the newest state it has followed the log to, and how long ago that was the
/// newest there is (invariant 4).
///
/// Several nodes append to one log. What one of them reads must grow out of what it read before and lead to the root that
/// the log's key signed; a log that does neither was forked, cut short or altered, and the node answers nothing from then
/// on. What makes a state *fresh* is the moment at which its head was asked for, not when the answer came: a node that
/// stood still in between knows nothing of that time.
final class Follower: Sendable {
    /// A state and the log's tree that it was folded from.
    struct Position: Sendable {
        let view: TrustView
        let frontier: Frontier
        fileprivate let root: Hash32

        init(_ view: TrustView, _ frontier: Frontier) {
            self.view = view
            self.frontier = frontier
            root = frontier.root
        }
    }

    /// What a decision needs to know, read at one moment: the freshness is that of this view, or an older one's.
    struct Sight: Sendable {
        let view: TrustView
        let isSound: Bool
        /// When the head that this view was read at, or a later one, was asked for: monotonic milliseconds.
        let asked: Int64
    }

    private struct Current {
        var position: Position
        var fault: EngineError?
    }

    /// The age in milliseconds beyond which a state is not decided with.
    static let staleAfter: Int64 = 2000

    private let log: any StoredLog
    private let verifier: CheckpointVerifier
    private let clock: MachineClock
    private let allowingLoopbackHTTP: Bool
    private let current: Mutex<Current>
    /// Rings whenever the newest view has more entries, whoever wrote them.
    let bell: GrowthBell
    /// Held by whoever reads the head. Never while commands commit: they may wait long for another node.
    private let turn = Mutex(())
    private let asked: Atomic<Int64>
    private let headSize: Atomic<UInt64>

    /// - Parameters:
    ///   - log: The control log.
    ///   - verifier: Believes the log's own key.
    ///   - position: What has just been read of it.
    ///   - asked: When that was asked for, in monotonic milliseconds.
    init(
        log: any StoredLog,
        verifier: CheckpointVerifier,
        position: Position,
        asked: Int64,
        clock: MachineClock,
        allowingLoopbackHTTP: Bool
    ) {
        self.log = log
        self.verifier = verifier
        self.clock = clock
        self.allowingLoopbackHTTP = allowingLoopbackHTTP
        current = Mutex(Current(position: position))
        bell = GrowthBell(size: position.view.state.size)
        self.asked = Atomic(asked)
        headSize = Atomic(position.frontier.size)
    }

    /// The newest view.
    var view: TrustView { current.withLock { $0.position.view } }

    /// The newest view and the tree it was folded from.
    var position: Position { current.withLock { $0.position } }

    /// Why the log can't be followed any further; nil when it can. It stays until the node is restarted: a log that was
    /// forked once is looked at by a person.
    var logFault: EngineError? { current.withLock { $0.fault } }

    /// Why the newest view must not be decided with; nil when all is well.
    var fault: EngineError? { current.withLock { $0.fault ?? $0.position.view.fault } }

    /// The newest view and how fresh it is.
    var sight: Sight {
        // The age before the view: a view read later is at least as new as this says.
        let asked = asked.load(ordering: .acquiring)
        return current.withLock { current in
            let isSound = current.fault == nil && current.position.view.fault == nil
            return Sight(view: current.position.view, isSound: isSound, asked: asked)
        }
    }

    /// How long ago the newest head that was followed was asked for, in milliseconds.
    func age(at monotonic: Int64) -> Int64 { max(0, monotonic - asked.load(ordering: .acquiring)) }

    /// How many entries of the log were seen and not followed yet.
    var lag: UInt64 {
        let (known, seen) = (position.frontier.size, headSize.load(ordering: .relaxed))
        return seen > known ? seen - known : 0
    }

    /// Reads the head and follows to it. Blocks for a read, and for the fold of what others appended.
    func follow() { turn.withLock { _ in followInTurn() } }

    /// Follows unless what is known is fresh by now: of many who wait after a pause, one reads.
    func freshen() {
        turn.withLock { _ in
            if age(at: clock.monotonic) > Self.staleAfter { followInTurn() }
        }
    }

    private func followInTurn() {
        guard logFault == nil else { return }
        // In this order: the log can't be shorter than what was known before it was asked, and is as fresh as the asking.
        let known = position
        let sent = clock.monotonic
        do {
            let head = try log.head()
            headSize.store(head.size, ordering: .relaxed)
            try advance(from: known, to: head)
            // One at a time: nothing newer was stored meanwhile.
            asked.store(sent, ordering: .releasing)
        } catch {
            let failure = EngineError(following: error)
            // A disk that doesn't answer now may answer soon; what is known only grows older. A contradiction stays.
            if failure.code == .corrupt { fail(failure) }
        }
    }

    /// Folds what lies between a position and the head, and makes it the newest view.
    private func advance(from known: Position, to head: LogHead) throws {
        guard head.size >= known.frontier.size else {
            throw EngineError(.corrupt, "the control log is shorter than what was read from it before")
        }
        guard head.size > known.frontier.size else {
            guard head.root == known.root else { throw Self.forked }
            return
        }
        let note = try SignedNote(parsing: head.checkpoint)
        guard let signed = verifier.verify(note).checkpoint, signed.checkpoint.size == head.size,
            signed.checkpoint.root == head.root
        else { throw EngineError(.corrupt, "the control log's key did not sign the head that was read") }
        var (state, frontier) = (known.view.state, known.frontier)
        while state.size < head.size {
            let leaves = try log.leaves(state.size..<min(head.size, state.size + 1024))
            guard !leaves.isEmpty else { throw EngineError(.corrupt, "the control log ends before its head") }
            for leaf in leaves { try Self.fold(leaf, &state, &frontier) }
        }
        guard frontier.root == head.root else { throw Self.forked }
        publish(state, frontier)
    }

    /// Folds what others appended before the head was taken for an append.
    static func follow(_ append: inout LogAppend, _ state: inout TrustState, _ frontier: inout Frontier) throws {
        guard append.size >= state.size else {
            throw EngineError(.corrupt, "the control log is shorter than what was read from it before")
        }
        while state.size < append.size {
            for leaf in try append.leaves(state.size..<min(append.size, state.size + 1024)) {
                try fold(leaf, &state, &frontier)
            }
        }
    }

    private static func fold(_ leaf: StoredLeaf, _ state: inout TrustState, _ frontier: inout Frontier) throws {
        try state.fold(leaf)
        try frontier.append(leaf.commitment.leafHash)
    }

    /// Makes a state the newest view, unless a newer one is known by now; gives the newest.
    @discardableResult
    func publish(_ state: TrustState, _ frontier: Frontier) -> TrustView {
        let previous = view
        guard state.size > previous.state.size else { return previous }
        let next = Position(
            TrustView(state, previous: previous, allowingLoopbackHTTP: allowingLoopbackHTTP),
            frontier
        )
        let newest = current.withLock { current in
            if current.position.frontier.size < frontier.size { current.position = next }
            return current.position.view
        }
        bell.ring(newest.state.size)
        return newest
    }

    /// Remembers why nothing may be decided any more.
    func fail(_ failure: EngineError) { current.withLock { $0.fault = $0.fault ?? failure } }

    private static var forked: EngineError {
        EngineError(.corrupt, "the control log does not continue what was read from it before")
    }
}

extension EngineError {
    /// Why the log could not be followed, or written.
    init(following error: any Error) {
        switch error {
        case let error as EngineError: self = error
        case let error as StoreError: self.init(error)
        case let error as FoldError: self.init(.corrupt, error.message)
        case let error as TransparencyLogError: self.init(.corrupt, error.message)
        default: self.init(.internal, "\(error)")
        }
    }
}
