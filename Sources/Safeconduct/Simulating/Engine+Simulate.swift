// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
public import TrustModel
internal import TrustStore

extension Engine {
    /// Asks other policies about stored decisions: each under the state of its own revision, with its recorded input.
    /// Nothing is recorded, no bucket is touched.
    ///
    /// - Parameters:
    ///   - review: The other policies.
    ///   - since: Only decisions from then on; nil for all.
    ///   - limit: The newest so many.
    ///   - examples: How many decisions to name for each kind of change.
    /// - Throws: ``EngineError`` when a log can't be read.
    public func simulate(
        _ review: PolicyReview,
        since: Timestamp?,
        limit: Int,
        examples: Int
    ) async throws -> Simulation {
        let places = try await newestDecisions(since: since, limit: limit)
        var simulation = Simulation()
        simulation.oldest = places.map(\.at).min()
        simulation.newest = places.map(\.at).max()
        var start = 0
        while start < places.count {
            let log = places[start].log
            var end = start
            while end < places.count, places[end].log == log,
                places[end].index - places[start].index < Self.walkStep
            { end += 1 }
            let indexes = places[start..<end].map(\.index)
            let before = simulation
            simulation = try await blocking {
                try self.simulate(review.policies, log, indexes, examples, before)
            }
            start = end
            // A simulation of a hundred thousand decisions takes its turns with everybody else.
            await Task.yield()
        }
        return simulation
    }

    private func simulate(
        _ policies: CompiledPolicies,
        _ name: LogName,
        _ indexes: [UInt64],
        _ examples: Int,
        _ before: Simulation
    ) throws -> Simulation {
        guard case .evidence(let node, _) = name else { return before }
        var simulation = before
        let records = try records(name, indexes).sorted { ($0.record.rev, $0.index) < ($1.record.rev, $1.index) }
        var cache = PolicyCache(view.policies)
        for (index, record) in records {
            simulation.decisions += 1
            let state = try rememberedState(at: record.rev)
            switch try input(of: record, state) {
            case .failure(.unasked): simulation.unasked += 1
            case .failure(let obstacle): simulation.obstacles[obstacle, default: 0] += 1
            case .success(let input):
                if try isWithheld(from: record, input, policies, state, &cache) {
                    simulation.obstacles[.attributeWithheld, default: 0] += 1
                    continue
                }
                let judgement = Judgement(policies, input.world, input.call.seen(by: policies), met: input.met)
                let id = ObjectID.decision(at: record.at, node: node, index: index)
                simulation.add(record, id, judgement, examples: examples)
            }
        }
        return simulation
    }

    /// Whether an attribute that `policies` can read may be among those of which the record has only a digest: those that
    /// the operation names and the schema of that time did not.
    private func isWithheld(
        from record: DecisionRecord,
        _ input: ReplayInput,
        _ policies: CompiledPolicies,
        _ state: TrustState,
        _ cache: inout PolicyCache
    ) throws -> Bool {
        guard record.withheld != nil, let request = policies.schema.request,
            let before = try record.policySet.flatMap({ try cache.policies($0, state) })?.schema.request
        else { return false }
        return input.world.resource.operation.attributes.contains { name in
            request[Text(name)] != nil && before[Text(name)] == nil
        }
    }
}
