// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TrustModel

struct CommandKeyTests {
    private func key(_ number: Int, entries: Int = 1) -> CommandKey {
        CommandKey(
            id: Fingerprint(of: "key \(number)"),
            request: Fingerprint(of: "request \(number)"),
            entries: entries
        )
    }

    private func entry(_ key: CommandKey?, hours: Int64, _ size: UInt64) -> Entry {
        let time = Sample.now.advanced(byMilliseconds: hours * 3_600_000)
        let anchor = EvidenceAnchor(origin: "a", size: size + 1, root: "AAAA")
        return Entry(time: time, by: Sample.owner, key: key, body: .anchorEvidence(anchor))
    }

    @Test func aKeyIsKnownForADay() throws {
        var state = try Sample.state()
        let rev = state.size
        try state.apply(entry(key(1, entries: 2), hours: 0, rev))
        let use = UsedKey(request: key(1).request, revs: rev..<(rev + 2), time: Sample.now)
        let day = Sample.now.advanced(byMilliseconds: CommandKeyTable.lifetime)
        #expect(state.commandKeys.use(of: key(1).id, at: Sample.now) == use)
        #expect(state.commandKeys.use(of: key(1).id, at: day) == use)
        #expect(state.commandKeys.use(of: key(1).id, at: day.advanced(byMilliseconds: 1)) == nil)
        #expect(state.commandKeys.use(of: key(2).id, at: Sample.now) == nil)
        // While it is known no entry may have it again; afterwards it is forgotten, and may mean something else.
        #expect(throws: FoldError.self) { try state.apply(entry(key(1), hours: 24, state.size)) }
        #expect(state.commandKeys.count == 1)
        try state.apply(entry(key(1), hours: 25, state.size))
        #expect(state.commandKeys.count == 1)
        #expect(state.commandKeys.use(of: key(1).id, at: day)?.revs == (rev + 1)..<(rev + 2))
    }

    @Test func theDigestCountsKeys() throws {
        var with = try Sample.state()
        var without = with
        try with.apply(entry(key(1), hours: 0, with.size))
        try without.apply(entry(nil, hours: 0, without.size))
        #expect(with.digest != without.digest)
        // Forgotten, it leaves nothing behind.
        try with.apply(entry(nil, hours: 30, with.size))
        try without.apply(entry(nil, hours: 30, without.size))
        #expect(with.commandKeys.count == 0)
        #expect(with.digest == without.digest)
    }

    @Test func snapshotsHoldKeysInTheirOrder() throws {
        var state = try Sample.state()
        for number in 0..<50 { try state.apply(entry(key(number), hours: Int64(number), state.size)) }
        #expect(state.commandKeys.count == 25)
        var restored = try TrustState.restored(from: state.snapshot())
        #expect(restored.digest == state.digest)
        #expect(restored.snapshot() == state.snapshot())
        // What is forgotten next is the same in both.
        for _ in 0..<3 {
            let next = entry(nil, hours: Int64(state.size), state.size)
            try state.apply(next)
            try restored.apply(next)
            #expect(restored.digest == state.digest)
        }
        #expect(state.commandKeys.count < 25)
    }

    @Test func ofTooManyTheOldestAreForgotten() {
        var state = TrustState()
        let extra = 3
        for number in 0..<(CommandKeyTable.limit + extra) { state.note(key(number), UInt64(number), Sample.now) }
        #expect(state.commandKeys.count == CommandKeyTable.limit)
        for number in 0..<extra { #expect(state.commandKeys.use(of: key(number).id, at: Sample.now) == nil) }
        #expect(state.commandKeys.use(of: key(extra).id, at: Sample.now)?.revs.lowerBound == UInt64(extra))
    }

    /// Digests of the state stand wherever one is due, also within a command.
    @Test(arguments: [
        (5, 1, 6), (5, 3, 8), (1023, 1, 1024), (1023, 2, 1026), (1022, 3, 1026), (1025, 1023, 2048), (1025, 1024, 2050),
        (1020, 2048, 3070),
    ])
    func theEndOfACommand(first: UInt64, entries: Int, end: UInt64) {
        var size = first
        for number in 0..<entries {
            // As the writer does it, the first one's digest being written before it.
            if number > 0, size.isMultiple(of: TrustState.digestInterval) { size += 1 }
            size += 1
        }
        #expect(size == end)
        #expect(TrustState.end(from: first, entries: entries) == end)
    }

    @Test(arguments: [
        "{}", #"{"id":"x","request":"y"}"#, #"{"id":"\#(Sample.fingerprint)"}"#,
        #"{"id":"\#(Sample.fingerprint)","request":"\#(Sample.fingerprint)","entries":0}"#,
        #"{"id":"\#(Sample.fingerprint)","request":"\#(Sample.fingerprint)","entries":1048577}"#,
        #"{"id":"\#(Sample.fingerprint)","request":"\#(Sample.fingerprint)","more":1}"#, "[]", "7",
    ])
    func keysThatAreNone(text: String) {
        let head = #"{"v":1,"kind":"cut","at":"2026-11-21T07:40:00.000Z","by":"\#(Sample.owner)","key":"#
        #expect(throws: FoldError.self) {
            try Entry(stored: Array("\(head)\(text),\"body\":\(Sample.cut)}".utf8))
        }
    }

    @Test(arguments: [1, 2, 1 << 20]) func storedForm(entries: Int) throws {
        let entry = Entry(
            time: Sample.now,
            by: Sample.owner,
            key: key(1, entries: entries),
            body: .cut(try Sample.read(Sample.cut))
        )
        let again = try Entry(stored: entry.stored())
        #expect(again.key == key(1, entries: entries))
        #expect(again.stored() == entry.stored())
    }
}
