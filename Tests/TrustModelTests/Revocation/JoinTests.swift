// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TrustModel

/// Cuts are a join and holds a set: in whatever order they arrive, the same credentials count.
struct JoinTests {
    private struct Mark {
        let scope: Scope
        let cut: ObjectID
        let rev: UInt64
        let time: Timestamp
    }

    private static let holders = [Sample.id(.identity, 1), Sample.id(.identity, 2)]
    private static let credentials = [Sample.id(.credential, 1), Sample.id(.credential, 2), Sample.id(.credential, 3)]
    private static let scopes: [Scope] =
        holders.map { Scope(identity: $0) } + credentials.map { Scope(.credential, "\($0)") }
        + [Scope(.all), Scope(.key, "k"), Scope(.trustDomain, "d"), Scope(.task, "t")]

    private func facts(_ random: inout SeededGenerator) -> CredentialFacts {
        let id = Self.credentials[Int.random(in: 0..<3, using: &random)]
        return CredentialFacts(
            origin: random.chance(50)
                ? .registered(id: id, rev: UInt64.random(in: 0...40, using: &random))
                : .foreign(
                    issuedAt: Sample.now.advanced(byMilliseconds: Int64.random(in: -90_000...90_000, using: &random))
                ),
            holder: Self.holders[Int.random(in: 0..<2, using: &random)],
            ancestors: Self.credentials.filter { _ in random.chance(30) },
            trustDomain: random.chance(40) ? "d" : nil,
            key: random.chance(40) ? "k" : nil,
            memberships: random.chance(40) ? [Scope(.task, "t")] : []
        )
    }

    @Test(arguments: Seeds.some(6))
    func anyOrder(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let marks = (1...UInt64.random(in: 1...30, using: &random)).map { rev in
            Mark(
                scope: Self.scopes[Int.random(in: Self.scopes.indices, using: &random)],
                cut: Sample.id(.cut, rev),
                rev: rev,
                // Times that do not follow the revisions, as after a restore.
                time: Sample.now.advanced(byMilliseconds: Int64.random(in: -60_000...60_000, using: &random))
            )
        }
        let holds = (0..<Int.random(in: 0...3, using: &random)).map { number in
            (Sample.id(.hold, UInt64(number)), Self.scopes[Int.random(in: Self.scopes.indices, using: &random)])
        }
        var tables: [RevocationTable] = []
        for _ in 0..<5 {
            var table = RevocationTable()
            // Some arrive twice.
            for mark in (marks + marks.prefix(3)).shuffled(using: &random) {
                table.cut(mark.scope, by: mark.cut, rev: mark.rev, time: mark.time)
            }
            for hold in holds.shuffled(using: &random) { table.place(hold.0, on: hold.1) }
            tables.append(table)
        }
        for _ in 0..<60 {
            let facts = facts(&random)
            let answers = tables.map { $0.standing(of: facts) }
            #expect(answers.allSatisfy { $0 == answers[0] })
            let covering = marks.filter { facts.scopes.contains($0.scope) }
            let dead =
                switch facts.origin {
                case .registered(_, let rev): covering.contains { $0.rev > rev }
                case .foreign(let issuedAt):
                    covering.contains { issuedAt.milliseconds <= $0.time.milliseconds + 60_000 }
                case .vouched: false
                }
            let held = holds.contains { facts.scopes.contains($0.1) }
            switch answers[0] {
            case .cut(let cut): #expect(dead && covering.contains { $0.cut == cut })
            case .held: #expect(!dead && held)
            case .good: #expect(!dead && !held)
            }
        }
    }
}
