// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import Testing

@testable import Safeconduct

/// What is remembered about an issuer, and what follows from it, moment by moment.
@Suite struct IssuerRecordTests {
    private let start = ContinuousClock.now
    private func after(_ seconds: Double) -> ContinuousClock.Instant { start.advanced(by: .seconds(seconds)) }

    private func keys(_ ids: String...) throws -> IssuerKeySet {
        IssuerKeySet(try JWKSet(parsing: Array(TestKeys.set(ids).utf8)))
    }

    /// What a record does for a caller, as a word.
    private func step(
        _ record: inout IssuerRecord,
        _ kid: String?,
        _ seconds: Double,
        isFetching: Bool = false
    ) -> String {
        func word(_ answer: IssuerRecord.Answer) -> String {
            switch answer {
            case .success: "keys"
            case .failure(let failure): failure.code
            }
        }
        switch record.step(for: kid, at: after(seconds), isFetching: isFetching) {
        case .answer(let answer): return word(answer)
        case .answerAndFetch(let answer): return "\(word(answer)) and fetch"
        case .fetch: return "fetch"
        }
    }

    private let down = KeyFailure(code: "issuer_unreachable", message: "down")

    @Test func lifeOfKeys() throws {
        var record = IssuerRecord(limits: .standard)
        #expect(step(&record, "a", 0) == "fetch")
        record.succeeded(try keys("a"), lifetime: 100, at: start)
        #expect(step(&record, "a", 0) == "keys")
        #expect(step(&record, nil, 79) == "keys")
        #expect(step(&record, "a", 80) == "keys and fetch")
        #expect(step(&record, "a", 80, isFetching: true) == "keys")
        #expect(step(&record, "a", 99.9) == "keys and fetch")
        #expect(step(&record, "a", 100) == "fetch")
    }

    @Test(
        arguments: [
            (nil, 600.0), (0, 60), (10, 60), (60, 60), (61, 61), (3600, 3600), (3601, 3600), (1 << 31, 3600),
        ] as [(Int?, Double)]
    ) func lifetimeIsBounded(said: Int?, fresh: Double) throws {
        var record = IssuerRecord(limits: .standard)
        record.succeeded(try keys("a"), lifetime: said, at: start)
        #expect(step(&record, "a", fresh - 0.1).hasPrefix("keys"))
        #expect(step(&record, "a", fresh) == "fetch")
    }

    @Test func pausesDoubleAndEnd() throws {
        var record = IssuerRecord(limits: .standard)
        var moment = 0.0
        for pause in [1.0, 2, 4, 8, 16, 32, 60, 60, 60] {
            #expect(step(&record, "a", moment) == "fetch")
            record.failed(down, at: after(moment))
            #expect(step(&record, "a", moment + pause - 0.01) == "issuer_unreachable")
            moment += pause
        }
        for _ in 0..<100 { record.failed(down, at: after(moment)) }
        #expect(step(&record, "a", moment + 60) == "fetch")
        record.succeeded(try keys("a"), lifetime: nil, at: after(moment))
        record.failed(down, at: after(moment + 1000))
        #expect(step(&record, "b", moment + 1000.9) == "issuer_unreachable")
        #expect(step(&record, "b", moment + 1001) == "fetch")
    }

    @Test func lackOfRoomHereIsNotHeldAgainstTheIssuer() {
        var record = IssuerRecord(limits: .standard)
        for second in 0..<20 {
            record.failed(.busy, at: after(Double(second)))
            #expect(step(&record, "a", Double(second) + 0.9) == "issuer_busy")
            #expect(step(&record, "a", Double(second) + 1) == "fetch")
        }
    }

    @Test func staleKeysCountForAnHour() throws {
        var record = IssuerRecord(limits: .standard)
        record.succeeded(try keys("a"), lifetime: 60, at: start)
        #expect(step(&record, "a", 60) == "fetch")
        record.failed(down, at: after(60))
        #expect(step(&record, "a", 60.5) == "keys")
        #expect(step(&record, nil, 60.5) == "keys")
        #expect(step(&record, "b", 60.5) == "issuer_unreachable")
        #expect(step(&record, "a", 61) == "keys and fetch")
        #expect(step(&record, "a", 61, isFetching: true) == "keys")
        #expect(step(&record, "b", 61) == "fetch")
        #expect(step(&record, "a", 3599) == "keys and fetch")
        #expect(step(&record, "a", 3600) == "fetch")
        record.failed(down, at: after(3600))
        #expect(record.keys == nil)
        #expect(step(&record, "a", 3600.5) == "issuer_unreachable")
    }

    @Test func unusedKeysAreNotTrustedUnasked() throws {
        // Nobody asked for 50 minutes: the old keys may not be used without trying.
        var record = IssuerRecord(limits: .standard)
        record.succeeded(try keys("a"), lifetime: 60, at: start)
        #expect(step(&record, "a", 3000) == "fetch")
    }

    @Test func searchForUnknownKeys() throws {
        var record = IssuerRecord(limits: .standard)
        record.succeeded(try keys("a"), lifetime: 3600, at: start)
        #expect(step(&record, "b", 1) == "fetch")
        #expect(step(&record, "b", 1, isFetching: true) == "fetch")
        #expect(step(&record, "a", 1, isFetching: true) == "keys")
        record.succeeded(try keys("a"), lifetime: 3600, at: after(1))
        for second in stride(from: 1.0, to: 31, by: 1) { #expect(step(&record, "b\(second)", second) == "keys") }
        #expect(step(&record, "c", 31) == "fetch")
        record.failed(down, at: after(31))
        #expect(step(&record, "c", 31.5) == "issuer_unreachable")
        #expect(step(&record, "a", 31.5) == "keys")
        #expect(step(&record, "c", 33) == "keys")
    }

    @Test func outcomes() throws {
        var record = IssuerRecord(limits: .standard)
        #expect(throws: KeyFailure.self) { try record.outcome(for: nil, at: start).get() }
        record.succeeded(try keys("a"), lifetime: 60, at: start)
        #expect(throws: Never.self) { try record.outcome(for: "b", at: start).get() }
        record.failed(down, at: after(10))
        #expect(throws: Never.self) { try record.outcome(for: "a", at: after(10)).get() }
        #expect(throws: KeyFailure.self) { try record.outcome(for: "b", at: after(10)).get() }
        #expect(throws: KeyFailure.self) { try record.outcome(for: "a", at: after(3600)).get() }
    }

    @Test func keyThatCannotBeUsedIsNoUnknownOne() throws {
        let text = #"{"keys":[{"kty":"XX","kid":"odd"},{"kty":"XX"}]}"#
        let keys = IssuerKeySet(try JWKSet(parsing: Array(text.utf8)))
        #expect(keys.count == 2)
        #expect(keys.has("odd") && keys.has(nil) && !keys.has("other"))
    }

    @Test func idsAreComparedByBytes() throws {
        let keys = try keys("caf\u{E9}")
        #expect(keys.has("caf\u{E9}"))
        #expect(!keys.has("cafe\u{301}"))
    }
}
