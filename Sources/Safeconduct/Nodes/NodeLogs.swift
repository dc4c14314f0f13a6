// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TransparencyLog
internal import TrustModel
internal import TrustStore

/// The logs of all nodes, as one node opens them: its own to write, the others' to read.
struct NodeLogs: Sendable {
    let store: any TrustStore
    let control: any StoredLog
    /// The number of this node.
    let node: UInt16
    let evidence: EvidenceWriter
    /// Knows which nodes there are, and by which keys they sign.
    let follower: Follower
    let signer: @Sendable (LogName) throws -> NoteSigner

    /// The log of this name, if it exists.
    func log(_ name: LogName) throws -> (any StoredLog)? {
        switch name {
        case .control: return control
        case .evidence(node, let month):
            guard try store.evidenceLogs().contains(name) else { return nil }
            return try evidence.log(month: month)
        case .evidence(let number, _):
            guard let other = follower.view.state.node(number), try store.evidenceLogs().contains(name) else {
                return nil
            }
            let key = try signer(name)
            guard Engine.verifyingKey(of: key) == other.verifyingKey else {
                throw EngineError(.corrupt, "the key of node \(number) is not the one that it registered")
            }
            return try store.log(name, signer: key)
        }
    }

    /// The logs that may hold what came of decisions of these times: every node's, of the month and of that in which
    /// the time to tell ends. In the order of months and nodes.
    func outcomeLogs(of times: [Timestamp]) throws -> [(LogName, any StoredLog)] {
        var months: Set<Int> = []
        for time in times {
            months.insert(time.month)
            months.insert(time.advanced(byMilliseconds: Engine.outcomeLimit).month)
        }
        return try store.evidenceLogs().compactMap { name in
            guard case .evidence(_, let month) = name, months.contains(month) else { return nil }
            return try log(name).map { (name, $0) }
        }
    }
}
