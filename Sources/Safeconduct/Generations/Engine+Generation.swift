// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Synchronization
public import TrustModel
internal import TrustStore

extension Engine {
    /// Confirms the generation that a restore opened: from then on elevated operations are decided as ever.
    public func confirmGeneration(_ generation: Int64, by operator: ObjectID) async -> CommandOutcome {
        await carryOut(
            Command(by: `operator`) { state, _ throws(CommandRefusal) in
                // Said twice is said once.
                state.confirmedGeneration == generation && state.generation == generation
                    ? [] : [.confirmGeneration(generation)]
            }
        )
    }

    /// Looks whether the control log under this node was replaced, and takes up what other nodes carried here. Called
    /// about once a second.
    ///
    /// A node whose log was taken away answers nothing any more, and writes what it knows of cuts, holds and retirements
    /// into `directory`, where the next start finds it.
    public func watchContinuity(_ directory: String) async {
        if follower.logFault == nil, store.isReplaced {
            follower.fail(
                EngineError(
                    .corrupt,
                    "the control log was taken away or replaced; restart this node to take up the new one"
                )
            )
        }
        guard let fault = follower.logFault else { return (try? await takeUpCarried(directory)) ?? () }
        guard fault.code == .corrupt else { return }
        let isNew = carried.withLock { carried in
            defer { carried = true }
            return !carried
        }
        guard isNew else { return }
        let state = view.state
        do {
            let known = CarriedRevocations(state).serialized()
            let name = "\(Self.carriedPrefix)\(node.id)-\(state.size).json"
            let box = try sealer.close(known, as: Self.carriedPrefix)
            try PrivateFile.replace("\(directory)/\(name)", box)
        } catch {
            // The directory may be away while somebody exchanges it; the next look tries again.
            carried.withLock { $0 = false }
        }
    }

    /// Submits again the revocations that nodes carried here and this log lacks, then takes the files away.
    ///
    /// Called before a node answers anything, and whenever a file appears.
    public func takeUpCarried(_ directory: String) async throws {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        for name in names.sorted() where name.hasPrefix(Self.carriedPrefix) && name.hasSuffix(".json") {
            let path = "\(directory)/\(name)"
            guard let box = try PrivateFile.read(path) else { continue }
            let carried = try CarriedRevocations(try sealer.open(box, as: Self.carriedPrefix))
            while true {
                // A few hundred at a time: a cut of today does not wait behind all those of the past.
                let outcome = await commands.submit(
                    Command(by: node.id, isUrgent: true) { state, now in
                        Array(carried.missing(in: state, at: now).prefix(256))
                    }
                ).outcome
                switch outcome {
                case .done(let revs, _): if !revs.isEmpty { continue }
                case .refused(let refusal): throw EngineError(.corrupt, refusal.description)
                case .failed(let error): throw error
                }
                break
            }
            try PrivateFile.remove(path)
        }
    }

    static var carriedPrefix: String { "carried-" }
}
