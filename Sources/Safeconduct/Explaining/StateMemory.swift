// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization
internal import TrustModel

/// The states of a few earlier revisions, so that what looks at many old decisions does not fold the log from its
/// beginning for each. States share what they have in common.
final class StateMemory: Sendable {
    private static let limit = 8

    private let states = Mutex<[TrustState]>([])

    /// The newest state kept that is not newer than `rev`; the empty one when there is none.
    func nearest(_ rev: UInt64) -> TrustState {
        states.withLock { states in
            states.filter { ($0.rev ?? .max) <= rev }.max { $0.size < $1.size } ?? TrustState()
        }
    }

    func keep(_ state: TrustState) {
        states.withLock { states in
            states.removeAll { $0.rev == state.rev }
            states.append(state)
            if states.count > Self.limit { states.removeFirst() }
        }
    }
}

extension Engine {
    /// The state at a revision; blocks while it is folded.
    func rememberedState(at rev: UInt64) throws -> TrustState {
        let newest = view.state
        if newest.rev == rev { return newest }
        guard rev < newest.size else { throw EngineError(.internal, "the revision \(rev) does not exist yet") }
        let near = memory.nearest(rev)
        if near.rev == rev { return near }
        let state = try Self.fold(controlLog, from: near, to: rev + 1)
        memory.keep(state)
        return state
    }
}
