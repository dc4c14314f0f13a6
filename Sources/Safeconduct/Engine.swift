// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import StrictJSON
internal import Synchronization
internal import TransparencyLog
public import TrustModel
public import TrustStore

/// The trust engine of one node: verify, assess, decide, record; and commands.
public final class Engine<Store: TrustStore>: Sendable {
    /// What the engine is configured with.
    public let configuration: EngineConfiguration
    /// Encrypts and opens free text.
    public let sealer: Sealer
    /// The engine's time.
    public let clock: MachineClock
    /// This node.
    public let node: Node

    let store: Store
    let controlLog: Store.Log
    let writer: ControlWriter<Store>
    let commands: GroupCommit<Command, CommandOutcome>
    let evidence: EvidenceWriter<Store>
    let records: GroupCommit<EvidenceWriter<Store>.Item, EvidenceWriter<Store>.Outcome>
    let verifier: SubjectVerifier
    let limits = RateLimits()
    private let keysInProgress = KeysInProgress()
    private let anchored = Mutex<[String: UInt64]>([:])

    init(
        configuration: EngineConfiguration,
        store: Store,
        sealer: Sealer,
        clock: MachineClock,
        node: Node,
        controlLog: Store.Log,
        view: TrustView,
        keys: any KeySource,
        signer: @escaping @Sendable (LogName) throws -> NoteSigner
    ) {
        self.configuration = configuration
        self.store = store
        self.sealer = sealer
        self.clock = clock
        self.node = node
        self.controlLog = controlLog
        let snapshots = SnapshotWriter(store: store)
        let writer = ControlWriter<Store>(
            log: controlLog,
            view: view,
            clock: clock,
            allowingLoopbackHTTP: configuration.allowingLoopbackHTTP,
            digestWritten: { snapshots.offer($0) }
        )
        self.writer = writer
        commands = GroupCommit(
            label: "safeconduct.control",
            limit: 10_000,
            overflow: .failed(EngineError(.unavailable, "too many commands are waiting")),
            batch: 1024,
            isUrgent: { $0.isUrgent },
            commit: { writer.commit($0) }
        )
        let evidence = EvidenceWriter<Store>(store: store, node: node.number, signer: signer)
        self.evidence = evidence
        records = GroupCommit(
            label: "safeconduct.evidence",
            limit: EvidenceWriter<Store>.queueLimit,
            overflow: .failed(EngineError(.unavailable, "too many decisions are waiting for the disk")),
            cost: { $0.cost },
            commit: { evidence.commit($0) }
        )
        verifier = SubjectVerifier(keys: keys, started: clock.now(head: view.state.time))
    }

    /// The newest committed view.
    public var view: TrustView { writer.view }

    /// Why this node can't follow the control log any further, and so answers nothing; nil when it can.
    public var fault: EngineError? { writer.fault }

    /// The time now.
    public func now() -> Timestamp { clock.now(head: view.state.time) }

    /// Who holds a bearer token issued here.
    public func caller(bearer token: String) -> Result<Caller, CallerRefusal> {
        view.state.caller(bearer: token, at: now())
    }

    /// Carries out a command and gives what became of it once that is durable.
    public func carryOut(_ command: Command) async -> CommandOutcome {
        if clock.jumped {
            return .failed(EngineError(.unavailable, "the wall clock has jumped; restart this node"))
        }
        var command = command
        command.terms = CommandTerms.current
        guard let key = command.terms.key else { return await commands.submit(command) }
        guard command.terms.takeKey() else {
            return .failed(EngineError(.internal, "a request with an idempotency key gives more than one command"))
        }
        guard keysInProgress.take(key) else {
            return .refused(CommandRefusal(.inProgress, "", "a request with this idempotency key is being answered"))
        }
        defer { keysInProgress.release(key) }
        return await commands.submit(command)
    }

    /// Writes the newest checkpoint of each evidence log that grew into the control log, so that none of it can be
    /// rewritten without the control log.
    public func anchorEvidence() async {
        let evidence = self.evidence
        let heads = try? await blocking { try evidence.grownLogs().map { ($0.name, try $0.head()) } }
        for (name, head) in heads ?? [] where head.size > 0 {
            let origin = self.origin(of: name)
            guard anchored.withLock({ $0[origin] }) != head.size else { continue }
            let anchor = EvidenceAnchor(
                origin: origin,
                size: head.size,
                root: Data(head.root.bytes).base64EncodedString()
            )
            let outcome = await commands.submit(
                Command(by: node.id) { state, _ in
                    // Another command may have anchored more in the meantime.
                    state.anchors.contains { $0.origin == origin && $0.size >= anchor.size }
                        ? [] : [.anchorEvidence(anchor)]
                }
            )
            if case .done = outcome { anchored.withLock { $0[origin] = head.size } }
        }
    }

    /// The origin of a log's checkpoints.
    public func origin(of log: LogName) -> String {
        Self.origin(of: log, control: view.state.opening?.origin ?? "")
    }

    static func origin(of log: LogName, control: String) -> String {
        switch log {
        case .control: control
        case .evidence:
            // The control log's origin is `<origin>/control`: its siblings share what stands before.
            String(control.dropLast("control".count)) + log.description
        }
    }

    /// The log of this name, if it exists.
    public func log(_ name: LogName) throws -> Store.Log? {
        switch name {
        case .control: return controlLog
        case .evidence(node.number, let month):
            guard try store.evidenceLogs().contains(name) else { return nil }
            return try evidence.log(month: month)
        case .evidence: return nil
        }
    }

    /// Runs what reads the store on a thread that may block.
    public func reading<Value: Sendable>(
        _ body: @escaping @Sendable (Engine) throws -> Value
    ) async throws -> Value {
        try await blocking { try body(self) }
    }

    /// The names of all logs.
    public func logs() throws -> [LogName] { [.control] + (try store.evidenceLogs()) }
}
