// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TransparencyLog
import TrustModel
import TrustStore

@testable import Safeconduct

extension World {
    /// Every decision recorded so far.
    func decisions(_ query: DecisionQuery = DecisionQuery()) async throws -> [StoredDecision] {
        var found: [StoredDecision] = []
        var cursor: DecisionCursor?
        repeat {
            let page = try await engine.decisions(query, after: cursor, limit: 1000)
            found += page.decisions
            cursor = page.next
        } while cursor != nil
        return found
    }

    /// Checks of every decision that its id finds its leaf, that its receipt verifies with nothing but the log's key,
    /// and that deciding it again gives the same answer; and of every log that it is whole.
    func proveEverything(_ location: SourceLocation = #_sourceLocation) async throws {
        // A command that changes nothing still reads what other engines wrote.
        _ = await engine.carryOut(Command(by: engine.node.id) { _, _ in [] })
        let keys = try engine.verifyingKeys()
        for decision in try await decisions() {
            let again = try await engine.decision(decision.id)
            #expect(again?.leaf.body == decision.leaf.body, sourceLocation: location)
            let replay = try await engine.replay(decision)
            let text = String(decoding: decision.leaf.body ?? [], as: UTF8.self)
            #expect(replay.identical, "\(text)", sourceLocation: location)

            let receipt = try #require(try await engine.receipt(of: decision), sourceLocation: location)
            let key = try #require(keys.first { $0.log.name == decision.log }, sourceLocation: location)
            let verifier = try CheckpointVerifier(origin: key.log.origin, logKeys: [VerifierKey(key.key)])
            let proof = try TlogProof(parsing: receipt)
            let entry = proof.verify(body: decision.leaf.body ?? [], with: verifier).entry
            #expect(entry?.index == decision.index, sourceLocation: location)
            #expect(proof.verify(body: [0x7B, 0x7D], with: verifier).entry == nil, sourceLocation: location)
        }
        for name in try engine.logs() {
            let check = try await engine.reading { engine in try engine.log(name)?.check() }
            #expect(check?.faults == [], "\(name)", sourceLocation: location)
        }
    }

    /// A decision that was given, as it lies in its log.
    func stored(_ decision: Decision) async throws -> StoredDecision {
        let id = try #require(decision.id)
        return try #require(try await engine.decision(id))
    }

    /// The record of a decision that was given.
    func record(_ answer: Result<Decision, QuestionRefusal>) async throws -> JSONValue {
        let decision = try answer.get()
        let id = try #require(decision.id)
        let stored = try #require(try await engine.decision(id))
        return try JSONValue(parsing: try #require(stored.leaf.body))
    }
}
