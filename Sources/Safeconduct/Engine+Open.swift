// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Crypto
internal import Foundation
internal import Synchronization
internal import TransparencyLog
internal import TrustModel
public import TrustStore

extension Engine {
    /// Opens the engine over a store, making the control log when there is none and the configuration lets it.
    ///
    /// - Parameters:
    ///   - store: Where everything lasts.
    ///   - master: The key of the sealed store.
    ///   - configuration: What the operator decided.
    /// - Throws: ``EngineError``, `StoreError` or `FoldError`; nothing is served from a log that does not add up.
    public static func open(
        store: any TrustStore,
        master: MasterKey,
        configuration: EngineConfiguration
    ) async throws -> Engine {
        let keys = IssuerKeys(outbound: GuardedClient(addresses: configuration.outbound))
        return try await open(store: store, master: master, configuration: configuration, keys: keys)
    }

    static func open(
        store: any TrustStore,
        master: MasterKey,
        configuration: EngineConfiguration,
        keys: any KeySource
    ) async throws -> Engine {
        let engine = try await blocking {
            let sealer = Sealer(store: store.sealed, master: master)
            let origins = try LogOrigins(sealer, configured: configuration.origin)
            let origin = origins.control
            let controlSigner = try signer(LogOrigins.key(origins.generation), name: origin, sealer)
            let log = try store.log(.control, signer: controlSigner)
            var asked = configuration.readClock().monotonic
            var (state, frontier) = try recover(store, log)
            let clock = MachineClock(head: state.time, read: configuration.readClock)
            guard let number = origins.number(ofSlot: configuration.node) else {
                throw EngineError(.configuration, "nodes are numbered from 1 to \(LogOrigins.slots)")
            }
            var node = try thisNode(number, sealer, origin, clock)
            if state.size == 0 {
                try checkNothingWasLost(store, log)
                guard configuration.mayBegin else { throw EngineError(.corrupt, "the control log has no entries") }
                try begin(log, node, controlSigner, clock)
                asked = clock.monotonic
                (state, frontier) = try recover(store, log)
            }
            try markBegun(store)
            if let known = state.nodes[node.id]?.object {
                node = known
            } else if state.node(node.number) != nil {
                throw EngineError(
                    .configuration,
                    "the control log knows another node \(node.number) than the one of this data directory"
                )
            }
            let evidenceSigner: @Sendable (LogName) throws -> NoteSigner = { [own = node.number] name in
                guard case .evidence(let number, _) = name else { return controlSigner }
                let secret = evidenceSecret(of: number)
                // Only a node itself makes its key.
                guard try number == own || sealer.existingSecret(secret) != nil else {
                    throw EngineError(.corrupt, "the key of node \(number) is missing from the sealed store")
                }
                return try signer(secret, name: origins.origin(of: name), sealer)
            }
            try checkContinuity(store, state, origins, control: log, signer: evidenceSigner)
            let view = TrustView(state, previous: nil, allowingLoopbackHTTP: configuration.allowingLoopbackHTTP)
            if let fault = view.fault { throw fault }
            let follower = Follower(
                log: log,
                verifier: try CheckpointVerifier(origin: origin, logKeys: [controlSigner.verifierKey]),
                position: Follower.Position(view, frontier),
                asked: asked,
                clock: clock,
                allowingLoopbackHTTP: configuration.allowingLoopbackHTTP
            )
            let uses = try OneTimeUses(store.replay) { clock.now(head: follower.view.state.time) }
            return Engine(
                configuration: configuration,
                store: store,
                sealer: sealer,
                clock: clock,
                node: node,
                origins: origins,
                controlLog: log,
                follower: follower,
                uses: uses,
                proofRules: try proofRules(sealer, since: uses.began),
                keys: keys,
                signer: evidenceSigner
            )
        }
        try await engine.join()
        try await engine.provideCommandPolicies()
        return engine
    }

    /// The newest snapshot and the tail of the log; the whole log where the snapshot does not fit it.
    ///
    /// Whoever can write the database can't forge: the leaves read lead to the root that the log's key signed, and a
    /// snapshot counts only where the log's next entry is the digest of exactly that state.
    static func recover(
        _ store: any TrustStore,
        _ log: any StoredLog
    ) throws -> (state: TrustState, frontier: Frontier) {
        let head = try log.head()
        if let state = try? SnapshotLoader.load(from: store), state.size > 0, state.size < head.size,
            let tree = try? tree(of: log, size: state.size),
            let next = try log.leaves(state.size..<state.size + 1).first,
            let body = next.body, case .stateDigest? = try? Entry(stored: body).body,
            let folded = try? fold(log, from: state, tree, to: head)
        {
            return folded
        }
        return try fold(log, from: TrustState(), GrowingTree(), to: head)
    }

    /// The tree of the first `size` leaves, taken up from the tiles; they are right if what grows from it is.
    private static func tree(of log: any StoredLog, size: UInt64) throws -> GrowingTree {
        let edge = try TileAddress.rightEdge(size: size).map { address in
            guard let bytes = try log.tile(level: address.level, index: address.index, width: address.width) else {
                throw EngineError(.corrupt, "the control log lacks a tile")
            }
            return try HashTile(address, bytes: bytes)
        }
        return try GrowingTree(size: size, edge: edge)
    }

    /// Folds up to the head, and compares what was read with the root that the log's key signed.
    private static func fold(
        _ log: any StoredLog,
        from state: TrustState,
        _ tree: GrowingTree,
        to head: LogHead
    ) throws -> (state: TrustState, frontier: Frontier) {
        var tree = tree
        let folded = try fold(log, from: state, to: head.size) { leaves in
            _ = try tree.append(leaves.map(\.commitment))
        }
        guard tree.root == head.root else {
            throw EngineError(.corrupt, "the control log's entries do not lead to the root that its key signed")
        }
        return (folded, tree.frontier)
    }

    /// Folds up to `size`: leaves are checked and read on all processors, and applied in their order.
    static func fold(
        _ log: any StoredLog,
        from state: TrustState,
        to size: UInt64,
        seeing see: ([StoredLeaf]) throws -> Void = { _ in }
    ) throws -> TrustState {
        var (state, next) = (state, state.size)
        var work = OrderedWork<[Entry]>(label: "safeconduct.fold")
        while next < size {
            let (first, leaves) = (next, try log.leaves(next..<min(size, next + 1024)))
            guard !leaves.isEmpty else { throw EngineError(.corrupt, "the control log ends before its head") }
            try see(leaves)
            next += UInt64(leaves.count)
            let entries = try work.add {
                try leaves.enumerated().map { try $0.element.entry(at: first + UInt64($0.offset)) }
            }
            for entry in entries ?? [] { try state.apply(entry) }
        }
        while let entries = try work.next() {
            for entry in entries { try state.apply(entry) }
        }
        return state
    }

    static func signer(_ secret: String, name: String, _ sealer: Sealer) throws -> NoteSigner {
        let seed = try sealer.secret(secret) { Array(SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }) }
        return try NoteSigner(name: KeyName(name), seed: seed)
    }

    /// The secret that a node's evidence is signed with; the first node's had no number yet.
    private static func evidenceSecret(of number: UInt16) -> String {
        number == 1 ? "key/evidence" : "key/evidence/\(number)"
    }

    private static func thisNode(
        _ number: UInt16,
        _ sealer: Sealer,
        _ origin: String,
        _ clock: MachineClock
    ) throws -> Node {
        let text = try sealer.secret(number == 1 ? "node" : "node/\(number)") {
            var generator = SystemRandomNumberGenerator()
            let now = clock.now(head: Timestamp(milliseconds: 0))
            return Array(ObjectID(kind: .node, at: now, using: &generator).description.utf8)
        }
        guard let id = ObjectID(String(decoding: text, as: UTF8.self)) else {
            throw EngineError(.corrupt, "the sealed node id is none")
        }
        // One key signs every month's evidence of a node; a vkey's name is the log's origin, so what the node registers
        // is the key itself.
        let key = verifyingKey(of: try signer(evidenceSecret(of: number), name: origin, sealer))
        return Node(id: id, number: number, verifyingKey: key)
    }

    /// A signer's key as nodes register it.
    static func verifyingKey(of signer: NoteSigner) -> String {
        let key = signer.verifierKey
        return Data([key.algorithm.rawValue] + key.publicKey.bytes).base64EncodedString()
    }

    /// Registers this node with its key, once.
    private func join() async throws {
        guard view.state.nodes[node.id] == nil else { return }
        switch await commands.submit(Command(by: node.id) { [node] _, _ in [.putNode(node)] }).outcome {
        case .done: return
        case .refused(let refusal): throw EngineError(.configuration, refusal.description)
        case .failed(let error): throw error
        }
    }

    /// The first entries: the log opens and its node joins. Nothing when another node was faster.
    private static func begin(
        _ log: any StoredLog,
        _ node: Node,
        _ signer: NoteSigner,
        _ clock: MachineClock
    ) throws {
        let now = clock.now(head: Timestamp(milliseconds: 0))
        let key = signer.verifierKey
        let opening = LogOpening(
            origin: key.name.text,
            verifyingKey: key.description,
            generation: 1
        )
        try log.append { append in
            guard append.size == 0 else { return }
            var begun = TrustState()
            for body in [EntryBody.logOpen(opening), .putNode(node)] {
                let entry = Entry(time: now, by: node.id, body: body)
                try begun.apply(entry)
                append.append(salt: LeafSalt.random(), body: entry.stored())
            }
        }
    }
}
