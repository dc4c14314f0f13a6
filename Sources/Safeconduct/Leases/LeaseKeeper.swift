// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Synchronization
public import TrustModel
public import TrustStore

/// Gives out credentials of other systems and takes them back: one at each node, over one queue.
///
/// A lease is recorded before its credential is made, and its row says when somebody has to look after it. So whatever
/// stops whoever is at work, the next one to look finds what may exist and takes it away. Nothing is ever given up.
public final class LeaseKeeper: Sendable {
    let surroundings: LeaseSurroundings
    let times: LeaseTimes
    private let lanes = Mutex<[ObjectID: BackEndLane]>([:])
    /// Rows that many want to write at once.
    let rows: GroupCommit<RowChange, RowOutcome>
    /// Whether it knows by which log the leases of this node's store go.
    let hasBegun = Mutex(false)
    private let bell = Mutex<CheckedContinuation<Void, Never>?>(nil)

    /// A row that is to be added, or written over what was read.
    struct RowChange: Sendable {
        let lease: Lease
        let isNew: Bool
    }

    /// What became of it.
    enum RowOutcome: Sendable {
        case written
        /// Somebody else was faster.
        case overtaken
        case failed(EngineError)
    }

    init(_ surroundings: LeaseSurroundings, times: LeaseTimes = LeaseTimes()) {
        self.surroundings = surroundings
        self.times = times
        let store = surroundings.store
        rows = GroupCommit(
            label: "safeconduct.leases",
            limit: 50_000,
            overflow: .failed(EngineError(.unavailable, "too many leases are waiting for the disk")),
            batch: 4096
        ) { changes in
            do throws(StoreError) { return try Self.write(changes, store) } catch {
                let failure = EngineError(error)
                return changes.map { _ in .failed(failure) }
            }
        }
    }

    private static func write(_ changes: [RowChange], _ store: any LeaseStore) throws(StoreError) -> [RowOutcome] {
        let new = changes.filter(\.isNew).map(\.lease)
        let old = changes.filter { !$0.isNew }.map(\.lease)
        var added = (new.isEmpty ? [] : try store.insert(new)).makeIterator()
        var replaced = (old.isEmpty ? [] : try store.replace(old)).makeIterator()
        return changes.map { change in
            (change.isNew ? added.next() : replaced.next()) == true ? .written : .overtaken
        }
    }

    // MARK: Back ends

    /// Serves a back end from now on, or gives out other roles of it.
    public func serve(_ backEnd: any LeaseBackEnd, roles: [BrokeredRole]) {
        lanes.withLock { $0[backEnd.id] = BackEndLane(backEnd, roles: roles) }
    }

    /// Serves a back end as it is registered; what is connected already stays, where neither registration nor password
    /// changed.
    func serve(_ id: ObjectID, _ mark: BackEndMark, roles: [BrokeredRole], make: () -> any LeaseBackEnd) {
        lanes.withLock { lanes in
            if let lane = lanes[id], lane.mark == mark { return lane.set(roles) }
            lanes[id] = BackEndLane(make(), roles: roles, mark: mark)
        }
    }

    /// Gives out no more of a back end; what it gave out is still taken back.
    public func close(_ backEnd: ObjectID) { lane(backEnd)?.set([]) }

    /// How the back ends are.
    public var health: [BackEndHealth] {
        lanes.withLock { lanes in lanes.values.sorted { $0.backEnd.id < $1.backEnd.id }.map(\.health) }
    }

    func lane(_ backEnd: ObjectID) -> BackEndLane? { lanes.withLock { $0[backEnd] } }

    // MARK: Looking

    /// The lease of this id.
    public func lease(_ id: ObjectID) async throws -> Lease? {
        let store = surroundings.store
        return try await blocking { try store.lease(id) }
    }

    /// The leases that a query asks for.
    public func leases(_ query: LeaseQuery) async throws -> [Lease] {
        let store = surroundings.store
        return try await blocking { try store.leases(query) }
    }

    // MARK: Working

    /// Works until it is cancelled: takes back what is due, at most a fifth of a second after it is.
    public func run() async {
        while !Task.isCancelled {
            await work()
            await pause(.milliseconds(200))
        }
    }

    /// One round: follows the control log, and works off what is due at every back end, all of them at once.
    public func work() async {
        let lanes = self.lanes.withLock { Array($0.values) }
        // Without a back end there is nobody to give anything back to.
        guard !lanes.isEmpty else { return }
        // A store that fails now is asked again with the next round; back ends are served meanwhile.
        _ = try? await follow()
        await withTaskGroup { group in
            for lane in lanes { group.addTask { await self.work(lane) } }
        }
    }

    /// Has the next round begin at once.
    func wake() { bell.withLock { $0.take() }?.resume() }

    private func pause(_ time: Duration) async {
        let alarm = Task {
            // One that was called off must not wake whoever waits next.
            if (try? await Task.sleep(for: time)) != nil { wake() }
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = bell.withLock { bell in
                    guard !Task.isCancelled, bell == nil else { return true }
                    bell = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            wake()
        }
        alarm.cancel()
    }

    // MARK: Writing

    func write(_ lease: Lease, isNew: Bool = false) async -> RowOutcome {
        await rows.submit(RowChange(lease: lease, isNew: isNew))
    }

    func record(_ step: LeaseRecord.Step, _ lease: Lease) async -> EngineError? {
        await surroundings.record([leaf(step, lease)])
    }

    func leaf(_ step: LeaseRecord.Step, _ lease: Lease) -> LeaseRecord {
        LeaseRecord(step, lease, at: surroundings.now(), rev: surroundings.state().rev ?? 0)
    }
}
