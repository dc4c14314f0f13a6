// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import Testing

@Suite struct RecordTests {
    @Test func laterAttributesReplaceEarlierOnes() {
        let record = Record([("a", 1), ("b", 2), ("a", 3)] as [(Text, Value)])
        #expect(record == ["b": 2, "a": 3])
        #expect(record.map(\.key) == ["a", "b"])
    }

    @Test(arguments: [0, 1, 5, 12, 13, 200])
    func lookUp(count: Int) {
        var record = Record((0..<count).shuffled().map { (Text("k\($0)"), .long(Int64($0))) })
        for index in 0..<count { #expect(record[Text("k\(index)")] == .long(Int64(index))) }
        #expect(record["k"] == nil)
        #expect(record[Text("k\(count)")] == nil)
        record["k0"] = "new"
        record["zz"] = true
        #expect(record["k0"] == "new")
        #expect(record.count == max(count, 1) + 1)
        record["k0"] = nil
        record["absent"] = nil
        #expect(record["k0"] == nil)
        #expect(record.setting("x", to: 1)["x"] == 1)
        #expect(record["x"] == nil)
    }

    @Test func equalityLooksAtNamesAndValues() {
        #expect(Record() == [:])
        let record: Record = ["a": 1]
        #expect(record != ["a": 2])
        #expect(record != ["b": 1])
        #expect(record != ["a": 1, "b": 1])
    }
}
