// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TrustModel

@testable import Safeconduct

@Suite struct OutcomeReportTests {
    @Test(arguments: [
        (#"{"status":99}"#, "/status"), (#"{"status":600}"#, "/status"), (#"{"status":"200"}"#, "/status"),
        (#"{"status":200.5}"#, "/status"), (#"{"bytes":-1}"#, "/bytes"), (#"{"rows":-9223372036854775808}"#, "/rows"),
        (#"{"amount":1e3}"#, "/amount"), (#"{"amount":9223372036854775808}"#, "/amount"),
        (#"{"latency_ms":-5}"#, "/latency_ms"), (#"{"data_class":"Personal Data"}"#, "/data_class"),
        (#"{"data_class":""}"#, "/data_class"), (#"{"error":""}"#, "/error"),
        (#"{"error":"the card of Ann Example was declined"}"#, "/error"), (#"{"error":"a\u0000"}"#, "/error"),
        (#"{"error":"\#(String(repeating: "x", count: 65))"}"#, "/error"), (#"{"passed":"yes"}"#, "/passed"),
        (#"{"enforced":false}"#, "/enforced"), (#"{"Status":200}"#, "/Status"), ("[]", ""), ("null", ""),
    ])
    func whatIsNoReportIsRefused(_ text: String, _ pointer: String) throws {
        let value = try JSONValue(parsing: text)
        let error = #expect(throws: ShapeError.self) { try OutcomeReport(value) }
        #expect(error?.pointer == pointer)
    }

    @Test func nullCountsAsAbsent() throws {
        let report = try OutcomeReport(try JSONValue(parsing: #"{"status":null,"error":null,"passed":null}"#))
        #expect(report == OutcomeReport())
    }

    /// Random reports are read back as they were written.
    @Test func whatIsWrittenIsRead() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            var report = OutcomeReport()
            func maybe<Value>(_ value: Value) -> Value? { Bool.random(using: &generator) ? value : nil }
            report.passed = maybe(Bool.random(using: &generator))
            report.status = maybe(Int64.random(in: 100...599, using: &generator))
            report.bytes = maybe(Int64.random(in: 0 ... .max, using: &generator))
            report.rows = maybe(Int64.random(in: 0...3, using: &generator))
            report.amount = maybe(.max)
            report.latency = maybe(0)
            report.dataClass = maybe("pii/eu")
            report.error = maybe("URX,UF")
            var writer = JSONWriter()
            writer.beginObject()
            report.writeMembers(to: &writer)
            writer.endObject()
            #expect(try OutcomeReport(try JSONValue(parsing: writer.bytes)) == report, "seed \(seed)")
        }
    }

    @Test func keysSortAsDecisionsDo() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        var ids: [ObjectID] = [
            ObjectID(kind: .decision, high: 0, low: 0), ObjectID(kind: .decision, high: .max, low: .max),
        ]
        for _ in 0..<200 {
            let time = Timestamp(milliseconds: Int64.random(in: 0..<1 << 41, using: &generator))
            let node = UInt16.random(in: 1 ... .max, using: &generator)
            ids.append(.decision(at: time, node: node, index: UInt64.random(in: 0 ... .max, using: &generator)))
        }
        for (left, right) in zip(ids, ids.shuffled(using: &generator)) {
            let keys = (OutcomeMark.key(of: left), OutcomeMark.key(of: right))
            #expect((left < right) == keys.0.lexicographicallyPrecedes(keys.1), "seed \(seed)")
            #expect(OutcomeMark.node(of: keys.0) == left.decisionNode, "seed \(seed)")
            #expect(!keys.0.lexicographicallyPrecedes(OutcomeMark.first(at: left.time)), "seed \(seed)")
        }
        #expect(OutcomeMark.node(of: [1, 2, 3]) == nil)
    }
}
