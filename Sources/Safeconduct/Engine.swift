// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import JOSE
internal import StrictJSON
internal import Synchronization
internal import TransparencyLog
public import TrustModel
public import TrustStore
internal import WorkloadIdentity

/// The trust engine of one node: verify, assess, decide, record; and commands.
public final class Engine: Sendable {
    /// What the engine is configured with.
    public let configuration: EngineConfiguration
    /// Encrypts and opens free text.
    public let sealer: Sealer
    /// The engine's time.
    public let clock: MachineClock
    /// This node.
    public let node: Node
    /// Protected operations that were called without an identity.
    public let unidentified = UnidentifiedCalls()
    /// Clients that proved themselves in ways that ought to go.
    public let legacyProofs = LegacyProofs()

    let store: any TrustStore
    let controlLog: any StoredLog
    let follower: Follower
    let uses: OneTimeUses
    let writer: ControlWriter
    let commands: GroupCommit<Command, CarriedCommand>
    let evidence: EvidenceWriter
    let records: GroupCommit<EvidenceWriter.Item, EvidenceWriter.Outcome>
    /// Apart from decisions: closing waits for other nodes, and decisions wait for nobody.
    let closings: GroupCommit<OutcomeCloser.Item, OutcomeCloser.Outcome>
    let nodeLogs: NodeLogs
    /// Those who wait for what other nodes wrote up to now.
    let heads: GroupCommit<Void, Void>
    let verifier: SubjectVerifier
    let limits = RateLimits()
    /// How many commands were let in and changed something, and how many were not let in.
    public let commandCounts = CommandCounts()
    private let keysInProgress = KeysInProgress()
    /// The newest alerts that policies gave.
    public let alerts = RecentAlerts()
    /// The policies that failed lately.
    public let policyErrors = PolicyErrors()
    /// What enforcement points said of themselves.
    public let points = PointReports()
    let memory = StateMemory()
    /// What writing evidence takes.
    public let commits = CommitMeter()
    let refusals = RefusalCounts()
    let origins: LogOrigins
    /// Whether this node has carried its revocations out of a log that was lost.
    let carried = Mutex(false)
    let refusalHistory = RefusalHistory()
    /// How many permitted calls wait to be told what came of them.
    let outcomes: OutcomeLedger
    /// The private halves of the token keys that signed lately.
    let tokenSigners = Mutex<[ObjectID: SigningKey]>([:])
    let tokenKeyTimes: TokenKeyTimes
    /// Gives out credentials of other systems and takes them back.
    public let leases: LeaseKeeper
    /// What DPoP proofs for endpoints of this server must be.
    let proofRules: DPoPRules
    /// The address that the server took when none was configured.
    let listeningURL = Mutex("")
    let revocationPace = RevocationPace()
    private let anchored = Mutex<[String: UInt64]>([:])

    init(
        configuration: EngineConfiguration,
        store: any TrustStore,
        sealer: Sealer,
        clock: MachineClock,
        node: Node,
        origins: LogOrigins,
        controlLog: any StoredLog,
        follower: Follower,
        uses: OneTimeUses,
        proofRules: DPoPRules,
        keys: any KeySource,
        signer: @escaping @Sendable (LogName) throws -> NoteSigner
    ) {
        self.configuration = configuration
        tokenKeyTimes = configuration.tokenKeys
        self.store = store
        self.sealer = sealer
        self.clock = clock
        self.node = node
        self.origins = origins
        self.controlLog = controlLog
        self.follower = follower
        self.uses = uses
        self.proofRules = proofRules
        let snapshots = SnapshotWriter(store: store)
        let writer = ControlWriter(
            log: controlLog,
            follower: follower,
            clock: clock,
            digestWritten: { snapshots.offer($0) },
            releaseReserve: { store.releaseReserve() }
        )
        self.writer = writer
        commands = GroupCommit(
            label: "safeconduct.control",
            limit: 10_000,
            overflow: CarriedCommand(outcome: .failed(EngineError(.unavailable, "too many commands are waiting"))),
            batch: 1024,
            isUrgent: { $0.isUrgent },
            commit: { writer.commit($0) }
        )
        let evidence = EvidenceWriter(store: store, node: node.number, signer: signer)
        self.evidence = evidence
        records = GroupCommit(
            label: "safeconduct.evidence",
            limit: EvidenceWriter.queueLimit,
            overflow: .failed(EngineError(.unavailable, "too many decisions are waiting for the disk")),
            cost: { $0.cost },
            commit: { [commits] items in
                let outcomes = commits.measure(items.count) { evidence.commit(items) }
                // No answer goes out that knows less of the control log than its own leaf is old (invariant 4).
                follower.follow()
                return outcomes
            }
        )
        let logs = NodeLogs(
            store: store,
            control: controlLog,
            node: node.number,
            evidence: evidence,
            follower: follower,
            signer: signer
        )
        nodeLogs = logs
        let closer = OutcomeCloser(logs: logs, clock: clock) { [commits] leaves in
            commits.measure(leaves.count) { evidence.commit(leaves) }
        }
        closings = GroupCommit(
            label: "safeconduct.outcomes",
            limit: EvidenceWriter.queueLimit,
            overflow: .failed(EngineError(.unavailable, "too many reports are waiting for the disk")),
            batch: OutcomeCloser.batch,
            cost: { $0.leaf.cost },
            commit: { closer.close($0) }
        )
        heads = GroupCommit(label: "safeconduct.heads", limit: 10_000, overflow: ()) { waiting in
            follower.follow()
            return waiting
        }
        leases = LeaseKeeper(
            Self.surroundings(
                store,
                origin: origins.control,
                control: controlLog,
                follower: follower,
                clock: clock,
                logs: logs,
                records: records
            )
        )
        outcomes = OutcomeLedger(started: clock.now(head: follower.view.state.time))
        verifier = SubjectVerifier(keys: keys)
    }

    /// The newest committed view.
    public var view: TrustView { follower.view }

    /// Why this node can't follow the control log any further, and so answers nothing; nil when it can.
    public var fault: EngineError? { follower.fault }

    /// The time now.
    public func now() -> Timestamp { clock.now(head: view.state.time) }

    /// Who holds a bearer token issued here.
    public func caller(bearer token: String) -> Result<Caller, CallerRefusal> {
        let caller = view.state.caller(bearer: token, at: now())
        if case .success(.operator) = caller, !configuration.allowingOperatorTokens { return .failure(.unknown) }
        return caller
    }

    /// Whether a credential issued or registered here counts now.
    public func counts(credential id: ObjectID) -> Bool {
        let view = self.view
        guard let credential = view.state.credentials[id],
            case .success = view.state.caller(credential, at: now())
        else { return false }
        return true
    }

    /// Carries out a command and gives what became of it once that is durable.
    public func carryOut(_ command: Command) async -> CommandOutcome {
        if clock.jumped {
            return .failed(EngineError(.unavailable, "the wall clock has jumped; restart this node"))
        }
        var command = command
        command.terms = CommandTerms.current
        guard let key = command.terms.key else { return await recorded(await commands.submit(command)) }
        guard command.terms.takeKey() else {
            return .failed(EngineError(.internal, "a request with an idempotency key gives more than one command"))
        }
        guard keysInProgress.take(key) else {
            return .refused(CommandRefusal(.inProgress, "", "a request with this idempotency key is being answered"))
        }
        defer { keysInProgress.release(key) }
        return await recorded(await commands.submit(command))
    }

    /// Gives a denial out once its evidence is durable; without it there is no answer but that.
    private func recorded(_ carried: CarriedCommand) async -> CommandOutcome {
        guard let record = carried.denied, case .refused(var refusal) = carried.outcome else {
            if case .done(let revs, _) = carried.outcome, !revs.isEmpty {
                commandCounts.allowed.add()
            }
            return carried.outcome
        }
        commandCounts.denied.add()
        switch await records.submit(EvidenceWriter.Item(at: record.at, body: record.stored())) {
        case .failed(let error): return .failed(error)
        // Only leaves with a key meet another one, and a denial has none.
        case .taken: return .failed(EngineError(.internal, "the denial could not be recorded"))
        case .written(let index):
            refusal.denial?.decision = .decision(at: record.at, node: node.number, index: index)
            return .refused(refusal)
        }
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
            if case .done = outcome.outcome { anchored.withLock { $0[origin] = head.size } }
        }
    }

    /// The origin of a log's checkpoints.
    public func origin(of log: LogName) -> String {
        origins.origin(of: log)
    }

    /// The log of this name, if it exists; other nodes' logs are for reading.
    public func log(_ name: LogName) throws -> (any StoredLog)? { try nodeLogs.log(name) }

    /// Runs what reads the store on a thread that may block.
    public func reading<Value: Sendable>(
        _ body: @escaping @Sendable (Engine) throws -> Value
    ) async throws -> Value {
        try await blocking { try body(self) }
    }

    /// The names of all logs.
    public func logs() throws -> [LogName] { [.control] + (try store.evidenceLogs()) }
}
