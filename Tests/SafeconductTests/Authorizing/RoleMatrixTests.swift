// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TrustModel

@testable import Safeconduct

/// Every role with every command and every noun that can be read, under the shipped policies: what `docs/roles.md` says is
/// what they do.
@Suite struct RoleMatrixTests {
    @Test func theTableOfTheGuideIsWhatPoliciesDo() async throws {
        let table = try RoleTable()
        let rows = Dictionary(uniqueKeysWithValues: RoleRow.all.map { ($0.title, $0) })
        try await World.run { world async throws in
            let bench = try await RoleBench(world)
            var seen: Set<String> = []
            for (title, allowed) in table.rows {
                #expect(seen.insert(title).inserted, "\(title) stands there twice")
                let found: [Character]
                if title.hasPrefix("read ") {
                    let collection = String(title.dropFirst(5))
                    found = RoleTable.columns.map(\.letter).filter { letter in
                        bench.people[letter].map { world.engine.denial(of: $0, reading: collection) == nil } ?? false
                    }
                } else if title.hasPrefix("review ") {
                    let realm: PolicySet.Realm = title.hasSuffix("commands") ? .commands : .calls
                    var may: [Character] = []
                    for letter in RoleTable.columns.map(\.letter) {
                        let id = try #require(bench.people[letter])
                        if case .some = await world.engine.refusalToReview(realm, by: id) { continue }
                        may.append(letter)
                    }
                    found = may
                } else {
                    let row = try #require(rows[title], "no test asks about '\(title)'")
                    found = try RoleTable.columns.map(\.letter).filter { try ask(bench, row, $0) }
                }
                #expect(String(found) == allowed, "\(title)")
            }
            #expect(Set(rows.keys).subtracting(seen) == [], "rows that the guide lacks")
            #expect(seen.count > 80)
        }
    }

    /// Every entry that an operator can give stands in the table.
    @Test func noCommandIsLeftOut() async throws {
        try await World.run { world async throws in
            let bench = try await RoleBench(world)
            let owner = try #require(bench.people["O"].flatMap { bench.state.operators[$0]?.object })
            var given: Set<String> = []
            for row in RoleRow.all {
                guard let body = try row.body(bench, owner), Self.isCommand(body) else {
                    Issue.record("'\(row.title)' is no command of an operator")
                    continue
                }
                #expect(
                    row.title.split(separator: " ").first.map(String.init) == row.action ?? RoleRow.action(of: body)
                )
                given.insert(body.kind)
            }
            #expect(
                given == [
                    "operator.put", "operator.retire", "identity.put", "identity.retire", "api.put", "api.retire",
                    "issuer.put", "issuer.retire", "pep.put", "pep.retire", "back_end.put",
                    "back_end.retire", "credential.put", "enrolment.put",
                    "policy.activate", "policy.put", "policy.enforce", "policy.rollback", "policy.shadow",
                    "policy.retire", "cut", "hold.place", "hold.lift", "generation.confirm", "task.put", "task.end",
                    "task.spend", "token_key.put",
                ]
            )
        }
    }

    /// Whether operators give it. No default: a new kind of entry does not compile here before it was thought of, and then
    /// belongs into the list above and into the guide.
    private static func isCommand(_ body: EntryBody) -> Bool {
        switch body {
        case .logOpen, .putNode, .stateDigest, .anchorEvidence: false
        // Let in by the secret of a link, not by a policy.
        case .redeemEnrolment: false
        case .putOperator, .putIdentity, .putApi, .putIssuer, .putEnforcementPoint, .putBackEnd, .putCredential,
            .putEnrolment,
            .retire,
            .activatePolicies, .putPolicies, .enforcePolicies, .rollBackPolicies, .shadowPolicies, .cut, .placeHold,
            .liftHold, .confirmGeneration, .putTokenKey, .putTask, .endTask, .spendTask:
            true
        }
    }

    private func ask(_ bench: RoleBench, _ row: RoleRow, _ letter: Character) throws -> Bool {
        let id = try #require(bench.people[letter])
        let by = try #require(bench.state.operators[id]).object
        guard let body = try row.body(bench, by) else { return false }
        var authorizer = Authorizer(nil)
        let command = Command(by: id, action: row.action) { _, _ in [] }
        switch try authorizer.answer(command, .success([body]), bench.state, at: bench.world.clock.now) {
        case .allowed(let auth): return auth?.determining.isEmpty == false
        case .denied: return false
        }
    }
}
