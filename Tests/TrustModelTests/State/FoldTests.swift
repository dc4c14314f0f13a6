// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TrustModel

struct FoldTests {
    /// A random log and the state it leads to.
    private func log(seed: UInt64, commands count: Int) throws -> (entries: [[UInt8]], state: TrustState) {
        var commands = RandomCommands(seed: seed)
        var state = TrustState()
        var entries: [[UInt8]] = []
        for _ in 0..<count {
            let entry = try commands.next(for: state)
            guard state.refusal(of: entry.body, at: entry.time) == nil else { continue }
            entries.append(entry.stored())
            try state.apply(entry)
        }
        return (entries, state)
    }

    /// Everything that can be asked of a state, as text.
    private func answers(_ state: TrustState, seed: UInt64) -> [String] {
        var questions = RandomCommands(seed: seed)
        var answers = state.snapshot().map { String(decoding: $0, as: UTF8.self) }
        for _ in 0..<40 { answers.append("\(state.revocations.standing(of: questions.facts(state)))") }
        for record in state.identities.sorted {
            answers.append(
                "\(record.object.name) \(String(describing: state.find(record.object.name, kind: .identity)))"
            )
            answers.append("\(String(describing: state.revocations.hold(on: record.object.id)))")
            for binding in record.object.federation {
                let bound = state.identities(issuer: binding.issuer, subject: binding.subject)
                answers.append("\(binding.subject) \(bound.map(\.object.id))")
            }
        }
        for record in state.issuers.sorted {
            answers.append("\(String(describing: state.issuer(url: record.object.url)?.object.id))")
        }
        answers.append(
            "\(state.digest) \(state.size) \(state.time) \(state.anchors) \(String(describing: state.activePolicies))"
        )
        return answers
    }

    /// The fold reads nothing but the entries, and a snapshot at any point stands for all that came before.
    @Test(arguments: Seeds.some(6))
    func snapshotsStandForTheirLog(seed: UInt64) throws {
        let (entries, folded) = try log(seed: seed, commands: 250)
        var random = SeededGenerator(seed: seed)
        let expected = answers(folded, seed: seed)
        var again = TrustState()
        for entry in entries { try again.apply(try Entry(stored: entry)) }
        #expect(answers(again, seed: seed) == expected)
        for _ in 0..<3 {
            let point = Int.random(in: 0...entries.count, using: &random)
            var state = TrustState()
            for entry in entries[..<point] { try state.apply(try Entry(stored: entry)) }
            let lines = state.snapshot()
            // How a snapshot is cut into parts is the reader's affair.
            let together = Int.random(in: 1...(lines.count + 1), using: &random)
            var restored = try TrustState.restored(from: lines, together: together)
            #expect(restored.digest == state.digest)
            #expect(restored.snapshot() == lines)
            for entry in entries[point...] { try restored.apply(try Entry(stored: entry)) }
            #expect(answers(restored, seed: seed) == expected)
        }
    }

    @Test func oneEntryLessIsAnotherDigest() throws {
        let entries = try Sample.entries()
        let digest = try Sample.state().digest
        // Opening, policies and anchors have no record and count all the same. An enforcement point's credential and the
        // like can be folded without what they refer to: that is the head's business.
        for index in entries.indices {
            var state = TrustState()
            for (other, entry) in entries.enumerated() where other != index || index == 0 {
                if index == 0, other == 0 {
                    let other = LogOpening(origin: "other.example", verifyingKey: "k+1+AA", generation: 1)
                    try state.apply(.logOpen(other))
                } else {
                    try state.apply(entry)
                }
            }
            #expect(state.digest != digest)
        }
    }

    /// Each bit of each line of a snapshot is covered by its digest, or by the size and time that the log itself states.
    @Test func snapshotLinesAreCovered() throws {
        let state = try Sample.state()
        let lines = state.snapshot()
        #expect(lines.count == 11)
        for index in 1..<lines.count {
            var fewer = lines
            fewer.remove(at: index)
            #expect(throws: FoldError.self) { try TrustState.restored(from: fewer) }
            var swapped = lines
            swapped.swapAt(index, lines.count - 1)
            #expect(try TrustState.restored(from: swapped).digest == state.digest)
        }
        let texts = lines.map { String(decoding: $0, as: UTF8.self) }
        for (old, new) in [
            ("\"retired\":false", "\"retired\":true"), ("prod/eu", "prod/us"), ("\"rev\":4", "\"rev\":5"),
            ("\"created\":4", "\"created\":3"), ("checkout", "checkins"),
            ("07:40:00.000Z\",\"retired", "07:40:00.001Z\",\"retired"),
            ("permit (", "forbid ("), ("\"kind\":\"all\"", "\"kind\":\"key\",\"id\":\"k\""),
            ("\(Sample.id(.policySet, 7))\",\"opening", "\(Sample.id(.policySet, 8))\",\"opening"),
            ("\"generation\":1", "\"generation\":2"), ("test.example/control", "test.example/forged!"),
            ("\"size\":7", "\"size\":8"), ("\"root\":\"AAAA\"", "\"root\":\"AAAB\""),
            ("\"active_policies\"", "\"active_policy\""),
        ] {
            let index = try #require(texts.firstIndex { $0.contains(old) }, "\(old)")
            var changed = texts
            changed[index] = texts[index].replacing(old, with: new, maxReplacements: 1)
            #expect(throws: FoldError.self, "\(old)") { try TrustState.restored(from: changed.map { Array($0.utf8) }) }
        }
        #expect(throws: FoldError.self) { try TrustState.restored(from: []) }
        #expect(throws: FoldError.self) { try TrustState.restored(from: Array(lines.dropFirst())) }
    }

    @Test func digestEntries() throws {
        var state = try Sample.state()
        #expect(throws: Never.self) { try state.apply(.stateDigest(state.digest)) }
        let size = state.size
        let error = try #require(throws: FoldError.self) { try state.apply(.stateDigest(StateDigest())) }
        #expect(error.code == .digest && state.size == size)
        // An entry of its own does not change what the digest is of.
        #expect(state.digest == (try Sample.state()).digest)
    }

    @Test func digestsAreDue() throws {
        var state = TrustState()
        #expect(!state.digestIsDue)
        for _ in 0..<TrustState.digestInterval { try state.apply(.stateDigest(state.digest)) }
        #expect(state.digestIsDue)
        try state.apply(.stateDigest(state.digest))
        #expect(!state.digestIsDue)
    }

    @Test func replacingAndReplacingBackIsAnotherRevision() throws {
        var state = try Sample.state()
        let first = state.digest
        try state.apply(.putApi(try Sample.read(Sample.api(basePath: "/v2"))))
        try state.apply(.putApi(try Sample.read(Sample.api())))
        #expect(state.digest != first)
        #expect(state.apis[Sample.id(.api, 3)]?.created == 5)
        #expect(state.apis[Sample.id(.api, 3)]?.rev == 13)
        #expect(try TrustState.restored(from: state.snapshot()).digest == state.digest)
    }

    @Test func timeRunsForward() throws {
        var state = try Sample.state()
        let early = Entry(
            time: Sample.now.advanced(byMilliseconds: -1),
            by: Sample.owner,
            body: .stateDigest(state.digest)
        )
        let error = try #require(throws: FoldError.self) { try state.apply(early) }
        #expect(error.code == .invalid)
    }

    /// What no validated log holds is refused before anything changes.
    @Test func contradictions() throws {
        let state = try Sample.state()
        let twin: (String) throws -> Identity = { try Sample.read(Sample.identity(20, name: $0)) }
        let bodies: [EntryBody] = [
            .logOpen(LogOpening(origin: "x", verifyingKey: "y", generation: 2)), .putIdentity(try twin("checkout")),
            .putIdentity(try Sample.read(Sample.identity(name: "renamed"))),
            .putCredential(try Sample.read(Sample.credential)),
            .activatePolicies(try Sample.read(Sample.policySet)), .cut(try Sample.read(Sample.cut)),
            .putIssuer(try Sample.read(Sample.issuer.replacing(#""ci""#, with: #""renamed""#))),
            .placeHold(try Sample.read(Sample.hold)), .retire(Sample.id(.identity, 99)), .retire(Sample.id(.hold, 9)),
            .liftHold(HoldLift(hold: Sample.id(.hold, 10), cut: Sample.id(.cut, 90))),
            .liftHold(HoldLift(hold: Sample.id(.hold, 9), cut: Sample.id(.cut, 8))), .stateDigest(StateDigest()),
        ]
        for body in bodies {
            var changed = state
            #expect(throws: FoldError.self) { try changed.apply(body) }
            #expect(changed.snapshot() == state.snapshot())
            #expect(changed.size == state.size)
            // Nor do the indexes change, which no snapshot shows.
            #expect(changed.identities(issuer: Sample.id(.issuer, 4), subject: "repo:shop/checkout:ref").count == 1)
            #expect(changed.issuer(url: "https://issuer.example")?.object.id == Sample.id(.issuer, 4))
            #expect(changed.find("checkout", kind: .identity) == Sample.id(.identity, 2))
        }
    }

    /// A state is a value: a copy does not see what happens to the original.
    @Test func copiesAreIndependent() throws {
        let before = try Sample.state()
        var after = before
        try after.apply(.retire(Sample.id(.identity, 2)))
        try after.apply(.putOperator(try Sample.read(Sample.operator.replacing("team", with: "human"))))
        #expect(before.identities[Sample.id(.identity, 2)]?.retired == false)
        #expect(before.operators[Sample.owner]?.object.type == .team)
        #expect(before.digest == (try Sample.state()).digest)
    }
}
