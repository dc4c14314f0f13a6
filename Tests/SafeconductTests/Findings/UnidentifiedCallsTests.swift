// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TrustModel

@testable import Safeconduct

@Suite("Calls without an identity")
struct UnidentifiedCallsTests {
    private static func id(_ kind: ObjectKind, _ number: UInt64) -> ObjectID {
        ObjectID(kind: kind, high: 0, low: number)
    }

    private static func time(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: seconds * 1000) }

    @Test("An operation has one row for each enforcement point, whatever the number of calls")
    func counts() {
        let calls = UnidentifiedCalls()
        for second in 0..<1000 {
            calls.count(
                api: Self.id(.api, 1),
                operation: second % 2 == 0 ? "list" : "create",
                point: Self.id(.enforcementPoint, UInt64(second % 4 / 2)),
                at: Self.time(Int64(second))
            )
        }
        let findings = calls.findings()
        #expect(calls.count == 4)
        #expect(findings.map(\.calls) == [250, 250, 250, 250])
        #expect(findings.map(\.last) == [999, 998, 997, 996].map { Self.time($0) })
        #expect(findings.map(\.first) == [3, 2, 1, 0].map { Self.time($0) })
        #expect(findings.map(\.operation) == ["create", "list", "create", "list"])
    }

    @Test("Of very many operations the least recent make room, and the table does not grow")
    func bounded() {
        let calls = UnidentifiedCalls(limit: 64)
        for second in 0..<1000 {
            calls.count(
                api: Self.id(.api, 1),
                operation: "o\(second)",
                point: Self.id(.enforcementPoint, 1),
                at: Self.time(Int64(second))
            )
            #expect(calls.count <= 64)
        }
        let kept = calls.findings().map(\.operation)
        #expect(kept == (0..<kept.count).map { "o\(999 - $0)" })
        #expect(kept.count >= 60)
    }
}
