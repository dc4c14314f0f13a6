// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import Testing

@Suite struct PolicyPairingTests {
    private static let a = #"permit (principal == U::"a", action, resource);"#
    private static let b = #"permit (principal == U::"b", action, resource);"#
    private static let c = #"forbid (principal == U::"c", action, resource);"#
    private static let named = #"@id("n") permit (principal, action, resource);"#

    private func pairing(_ old: [(String, String)], _ new: [(String, String)]) throws -> PolicyPairing {
        func files(_ list: [(String, String)]) throws -> [PolicyPairing.File] {
            try list.map { PolicyPairing.File(name: $0, policies: try Policy.parse($1)) }
        }
        return PolicyPairing(try files(old), try files(new))
    }

    private func changes(_ pairing: PolicyPairing) throws -> [String] {
        let (old, new) = try pairing.sets()
        return PolicyDiff(from: old, to: new).changes.map { "\($0.kind) \($0.id)" }
    }

    @Test(arguments: [
        ([a, b], [a, b], []),
        // What is put in front moves nothing.
        ([a, b], [c, a, b], ["added policy0 (new)"]),
        ([a, b, c], [c], ["removed policy0", "removed policy1"]),
        ([a, b], [b, a], []),
        // What stands in the same place with another text is the same policy, changed.
        ([a, b], [a, c], ["meaning policy1"]),
        ([a, named], [a, #"@id("n") forbid (principal, action, resource);"#], ["meaning n"]),
        ([named, a], [a, named], []),
        // Of equal ones each is one.
        ([a, a], [a], ["removed policy1"]), ([a], [a, a, a], ["added policy1", "added policy2"]),
        ([], [a], ["added policy0"]),
        ([a], [named], ["added n", "removed policy0"]),
    ])
    func oneFile(old: [String], new: [String], expected: [String]) throws {
        let pairing = try pairing(
            [("old.cedar", old.joined(separator: "\n"))],
            [("somewhere/new.cedar", new.joined(separator: "\n\n"))]
        )
        #expect(try changes(pairing) == expected)
        #expect(pairing.old.count == old.count && pairing.new.count == new.count)
    }

    @Test func foldersCountOnlyWhereTheyTellFilesApart() throws {
        let same = try pairing(
            [("old/a.cedar", Self.a), ("old/b.cedar", Self.b)],
            [("new/a.cedar", Self.c), ("new/b.cedar", Self.b)]
        )
        #expect(same.old.map(\.id) == ["a.cedar#0", "b.cedar#0"])
        #expect(try changes(same) == ["meaning a.cedar#0"])
        let alike = try pairing(
            [("x/a.cedar", Self.a), ("y/a.cedar", Self.b)],
            [("x/a.cedar", Self.a), ("y/a.cedar", Self.c)]
        )
        #expect(try changes(alike) == ["meaning y/a.cedar#0"])
    }

    @Test func oneIDTwiceIsNoSet() throws {
        let pairing = try pairing([("a.cedar", Self.named)], [("a.cedar", Self.named + Self.named)])
        #expect(throws: DuplicatePolicyError.self) { try pairing.sets() }
    }
}
