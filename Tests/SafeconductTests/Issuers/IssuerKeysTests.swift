// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import Synchronization
import Testing
import WorkloadIdentity

@testable import Safeconduct

/// Fetching and remembering the keys of issuers, with scripted documents and a clock that the test moves.
@Suite(.timeLimit(.minutes(5))) struct IssuerKeysTests {
    private let issuer = "https://issuer.example"
    private let place = "https://issuer.example/keys"
    private let clock = StandingClock()

    private func keys(_ documents: ScriptedDocuments, limits: IssuerKeysLimits = .standard) -> IssuerKeys {
        IssuerKeys(outbound: documents, limits: limits, now: clock.now)
    }

    private func settled(_ documents: ScriptedDocuments, _ count: Int) async {
        while documents.count < count { await Task.yield() }
    }

    @Test func discoveryThenKeys() async throws {
        let documents = ScriptedDocuments { url, _ in
            url.hasSuffix("/.well-known/openid-configuration")
                ? .text(#"{"issuer":"https://issuer.example","jwks_uri":"https://keys.example/jwks?v=1"}"#)
                : .text(TestKeys.set("a", "b"))
        }
        let keys = keys(documents)
        #expect(try await keys.ids(issuer, kid: "a") == ["a", "b"])
        #expect(try await keys.ids(issuer, kid: "b") == ["a", "b"])
        #expect(
            documents.requests.map(\.location.description) == [
                "https://issuer.example/.well-known/openid-configuration", "https://keys.example/jwks?v=1",
            ]
        )
        #expect(documents.requests.allSatisfy { !$0.allowingLoopbackHTTP && $0.within == .seconds(5) })
    }

    @Test func plainIssuerMayHavePlainKeys() async throws {
        let documents = ScriptedDocuments { url, _ in
            url.hasSuffix("configuration")
                ? .text(#"{"issuer":"http://localhost:1","jwks_uri":"http://127.0.0.1:2/jwks"}"#)
                : .text(TestKeys.set("a"))
        }
        #expect(try await keys(documents).ids("http://localhost:1") == ["a"])
        #expect(documents.requests.allSatisfy { $0.allowingLoopbackHTTP })
    }

    @Test(arguments: [
        (#"{"issuer":"https://issuer.example/","jwks_uri":"https://a/"}"#, "!issuer_discovery"),
        (#"{"issuer":"https://issuer.example","jwks_uri":"http://127.0.0.1/"}"#, "!issuer_discovery"),
        (#"{"issuer":"https://issuer.example","jwks_uri":"file:///etc/passwd"}"#, "!issuer_discovery"),
        (#"{"issuer":"https://issuer.example"}"#, "!issuer_discovery"),
        (#"{"issuer":"https://issuer.example","issuer":"https://a","jwks_uri":"https://a/"}"#, "!issuer_discovery"),
        ("<html>sign in first</html>", "!issuer_discovery"), ("", "!issuer_discovery"),
    ]) func hostileDiscovery(document: String, code: String) async throws {
        let documents = ScriptedDocuments(always: document)
        #expect(try await keys(documents).ids(issuer) == [code])
        #expect(documents.count == 1)
    }

    /// Named, so that the megabytes stay out of the test's output.
    private static let hostileKeySets: [String: String] = [
        "empty": "", "null": "null", "array": "[]", "no keys": "{}", "keys no array": #"{"keys":{}}"#,
        "keys twice": #"{"keys":[],"keys":[]}"#, "HTML": "<html></html>", "byte order mark": "\u{FEFF}{\"keys\":[]}",
        "129 keys": TestKeys.set((0..<129).map { "k\($0)" }),
        "10,000 keys": #"{"keys":["# + Array(repeating: "{}", count: 10_000).joined(separator: ",") + "]}",
        "deep": #"{"keys":[],"x":"# + String(repeating: "[", count: 100_000),
        "1 MiB": #"{"keys":[],"x":""# + String(repeating: "x", count: 1 << 20) + "\"}",
        "secret among public": #"{"keys":[{"kty":"oct","k":"AAAA"},{"kty":"RSA"}]}"#,
    ]

    @Test(arguments: hostileKeySets.keys.sorted()) func hostileKeySet(name: String) async throws {
        let text = try #require(Self.hostileKeySets[name])
        let documents = ScriptedDocuments(always: text)
        let keys = keys(documents)
        #expect(try await keys.ids(issuer, at: place) == ["!issuer_hostile"])
        // It is left alone now.
        #expect(try await keys.ids(issuer, at: place) == ["!issuer_hostile"])
        #expect(documents.count == 1)
    }

    @Test func duplicateIdsAreNobodys() async throws {
        let documents = ScriptedDocuments(always: TestKeys.set("a", "a"))
        #expect(try await keys(documents).ids(issuer, at: place, kid: "a") == ["a", "a"])
        // The set is ambiguous, which is for the verifier to refuse; nobody asks again for it.
        #expect(documents.count == 1)
    }

    @Test func oneFetchForAHundredCallers() async throws {
        let gate = AsyncGate()
        let text = TestKeys.set("a")
        let documents = ScriptedDocuments { _, _ in
            await gate.wait()
            return .text(text)
        }
        let keys = keys(documents)
        let calls = (0..<100).map { _ in Task { try await keys.ids(issuer, at: place, kid: "a") } }
        await settled(documents, 1)
        gate.open()
        for call in calls { #expect(try await call.value == ["a"]) }
        #expect(documents.count == 1)
    }

    @Test func callersWhoLeaveTakeNothingWithThem() async throws {
        let gate = AsyncGate()
        let documents = ScriptedDocuments { _, _ in
            await gate.wait()
            return .text(TestKeys.set("a"))
        }
        let keys = keys(documents)
        let first = Task { try await keys.ids(issuer, at: place) }
        await settled(documents, 1)
        let second = Task { try await keys.ids(issuer, at: place) }
        first.cancel()
        #expect(try await first.value == ["!issuer_cancelled"])
        gate.open()
        #expect(try await second.value == ["a"])
        #expect(documents.count == 1)
    }

    @Test func waitersAreBounded() async throws {
        var limits = IssuerKeysLimits()
        limits.waitersPerIssuer = 3
        let gate = AsyncGate()
        let documents = ScriptedDocuments { _, _ in
            await gate.wait()
            return .text(TestKeys.set("a"))
        }
        let keys = keys(documents, limits: limits)
        // One too many: it is told so at once, whoever it is, while the others wait.
        let results = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<4 { group.addTask { try await keys.ids(issuer, at: place) } }
            var results = [try await group.next() ?? []]
            gate.open()
            for try await result in group { results.append(result) }
            return results
        }
        #expect(results == [["!issuer_busy"], ["a"], ["a"], ["a"]])
    }

    @Test func slowIssuerDelaysNobodyElse() async throws {
        let gate = AsyncGate()
        let text = TestKeys.set("a")
        let documents = ScriptedDocuments { url, _ in
            if url.contains("slow") { await gate.wait() }
            return .text(text)
        }
        let keys = keys(documents)
        let slow = (0..<200).map { number in
            Task {
                try await keys.ids("https://slow\(number % 20).example", at: "https://slow\(number % 20).example/k")
            }
        }
        while gate.held < 20 { await Task.yield() }
        // Would never end if it had to wait for any of them.
        for number in 0..<50 {
            let host = "https://quick\(number).example"
            #expect(try await keys.ids(host, at: host) == ["a"])
        }
        #expect(gate.held == 20)
        gate.open()
        for call in slow { #expect(try await call.value == ["a"]) }
    }

    @Test func newKeyIsFoundAndMadeUpOnesCostLittle() async throws {
        let (old, new) = (TestKeys.set("a"), TestKeys.set("a", "b"))
        let documents = ScriptedDocuments(always: old)
        let keys = keys(documents)
        #expect(try await keys.ids(issuer, at: place, kid: "a") == ["a"])
        clock.advance(.seconds(1))
        documents.change { _, _ in .text(new) }
        #expect(try await keys.ids(issuer, at: place, kid: "b") == ["a", "b"])
        #expect(documents.count == 2)
        for number in 0..<1000 {
            #expect(try await keys.ids(issuer, at: place, kid: "made up \(number)") == ["a", "b"])
        }
        #expect(documents.count == 2)
        clock.advance(.seconds(30))
        for number in 0..<1000 { _ = try await keys.ids(issuer, at: place, kid: "made up \(number)") }
        #expect(documents.count == 3)
    }

    @Test func deadIssuerCostsNothing() async throws {
        let documents = ScriptedDocuments { _, _ in .down }
        let keys = keys(documents)
        // In ten minutes: after 0, 1, 3, 7, 15, 31, 63 s and then once a minute.
        for _ in 0..<6000 {
            #expect(try await keys.ids(issuer, at: place) == ["!issuer_unreachable"])
            clock.advance(.milliseconds(100))
        }
        #expect(documents.count == 15)
        documents.change { _, _ in .text(TestKeys.set("a")) }
        clock.advance(.seconds(60))
        #expect(try await keys.ids(issuer, at: place) == ["a"])
    }

    @Test func outageIsBridged() async throws {
        let documents = ScriptedDocuments { _, _ in .text(TestKeys.set("a"), cacheControl: "max-age=60") }
        let keys = keys(documents)
        #expect(try await keys.ids(issuer, at: place, kid: "a") == ["a"])
        documents.change { _, _ in .down }
        for second in 60..<3600 {
            clock.advance(.seconds(second == 60 ? 60 : 1))
            #expect(try await keys.ids(issuer, at: place, kid: "a") == ["a"])
        }
        #expect(try await keys.ids(issuer, at: place, kid: "b") == ["!issuer_unreachable"])
        clock.advance(.seconds(1))
        #expect(try await keys.ids(issuer, at: place, kid: "a") == ["!issuer_unreachable"])
        documents.change { _, _ in .text(TestKeys.set("b")) }
        clock.advance(.seconds(60))
        #expect(try await keys.ids(issuer, at: place, kid: "b") == ["b"])
    }

    @Test func hangingRefreshDelaysNobodyAfterAFailure() async throws {
        let gate = AsyncGate()
        let documents = ScriptedDocuments { _, _ in .text(TestKeys.set("a"), cacheControl: "max-age=60") }
        let keys = keys(documents)
        _ = try await keys.ids(issuer, at: place)
        documents.change { _, _ in .down }
        clock.advance(.seconds(61))
        #expect(try await keys.ids(issuer, at: place) == ["a"])
        documents.change { _, _ in
            await gate.wait()
            return .text(TestKeys.set("b"))
        }
        clock.advance(.seconds(2))
        for _ in 0..<100 { #expect(try await keys.ids(issuer, at: place) == ["a"]) }
        await settled(documents, 3)
        gate.open()
        while try await keys.ids(issuer, at: place) != ["b"] { await Task.yield() }
        #expect(documents.count == 3)
    }

    @Test func keysAreFetchedAheadOfTheirEnd() async throws {
        let documents = ScriptedDocuments { _, before in .text(TestKeys.set("k\(before)"), cacheControl: "max-age=100")
        }
        let keys = keys(documents)
        #expect(try await keys.ids(issuer, at: place) == ["k0"])
        clock.advance(.seconds(80))
        #expect(try await keys.ids(issuer, at: place) == ["k0"])
        while try await keys.ids(issuer, at: place) != ["k1"] { await Task.yield() }
        #expect(documents.count == 2)
    }

    @Test func otherPlaceIsAskedAnew() async throws {
        let documents = ScriptedDocuments { url, _ in .text(TestKeys.set(String(url.suffix(1)))) }
        let keys = keys(documents)
        #expect(try await keys.ids(issuer, at: "https://keys.example/1") == ["1"])
        #expect(try await keys.ids(issuer, at: "https://keys.example/2") == ["2"])
        #expect(try await keys.ids("\(issuer)/b", at: "https://keys.example/3") == ["3"])
    }

    @Test func memoryIsBounded() async throws {
        var limits = IssuerKeysLimits()
        limits.issuers = 32
        limits.keys = 64
        let documents = ScriptedDocuments { url, _ in
            .text(TestKeys.set(url.contains("big") ? (0..<20).map { "k\($0)" } : ["a"]))
        }
        let keys = keys(documents, limits: limits)
        for number in 0..<200 {
            #expect(try await keys.ids(issuer, at: place) == ["a"])
            _ = try await keys.ids("https://i\(number).example", at: "https://i\(number).example")
            #expect(keys.remembered.issuers <= 32)
        }
        // The one in constant use was never forgotten.
        #expect(documents.requests.count { $0.location.description == place } == 1)
        for number in 0..<10 {
            _ = try await keys.ids("https://big\(number).example", at: "https://big\(number).example")
            #expect(keys.remembered.keys <= 64)
        }
    }

    @Test func fullOfFetchesRefusesTheNext() async throws {
        var limits = IssuerKeysLimits()
        limits.issuers = 2
        let gate = AsyncGate()
        let documents = ScriptedDocuments { _, _ in
            await gate.wait()
            return .text(TestKeys.set("a"))
        }
        let keys = keys(documents, limits: limits)
        let calls = (0..<2).map { number in
            Task { try await keys.ids("https://i\(number).example", at: "https://i\(number).example") }
        }
        await settled(documents, 2)
        #expect(try await keys.ids(issuer, at: place) == ["!issuer_busy"])
        gate.open()
        for call in calls { #expect(try await call.value == ["a"]) }
        #expect(try await keys.ids(issuer, at: place) == ["a"])
    }

    /// Whatever order callers, failures, new keys and departures come in: everybody is answered, and no issuer is
    /// asked twice at once.
    @Test func anyOrderOfEvents() async throws {
        let seed = UInt64.random(in: 1...UInt64.max)
        print("anyOrderOfEvents: seed \(seed)")
        let sets = [TestKeys.set("k0"), TestKeys.set("k1", "k2"), "nonsense"]
        let load = Mutex<(underWay: [String: Int], most: Int)>(([:], 0))
        let documents = ScriptedDocuments { url, before in
            var dice = SeededDice(seed &+ UInt64(before) &* 7919)
            load.withLock { load in
                load.underWay[url, default: 0] += 1
                load.most = max(load.most, load.underWay[url] ?? 0)
            }
            for _ in 0..<dice.below(20) { await Task.yield() }
            load.withLock { $0.underWay[url, default: 0] -= 1 }
            return dice.below(3) == 0 ? .down : .text(sets[dice.below(sets.count)], cacheControl: "max-age=60")
        }
        var limits = IssuerKeysLimits()
        limits.issuers = 12
        limits.waitersPerIssuer = 16
        let keys = keys(documents, limits: limits)
        let answered = await withTaskGroup(of: Int.self) { group in
            for number in 0..<3000 {
                group.addTask { [clock] in
                    var dice = SeededDice(seed &+ UInt64(number) &* 104_729)
                    let place = "https://i\(dice.below(16)).example"
                    let kid = "k\(dice.below(5))"
                    if dice.below(10) == 0 { clock.advance(.seconds(dice.below(90))) }
                    let call = Task { try await keys.ids(place, at: place, kid: kid) }
                    if dice.below(4) == 0 { call.cancel() }
                    return ((try? await call.value) ?? []).isEmpty ? 0 : 1
                }
            }
            return await group.reduce(0, +)
        }
        #expect(answered == 3000)
        #expect(load.withLock { $0.most } == 1)
        #expect(keys.remembered.issuers <= 12)
    }

    @Test(arguments: [
        ("refused_address", "issuer_refused_address"), ("timeout", "issuer_timeout"), ("tls", "issuer_tls"),
        ("too_large", "issuer_hostile"), ("malformed", "issuer_hostile"), ("status", "issuer_status"),
        ("busy", "issuer_busy"), ("unreachable", "issuer_unreachable"), ("something new", "issuer_unreachable"),
    ]) func failuresHaveNames(outbound: String, code: String) async throws {
        let failure = OutboundFailure(.init(name: outbound), "why")
        let documents = ScriptedDocuments { _, _ in .failure(failure) }
        #expect(try await keys(documents).ids(issuer, at: place) == ["!\(code)"])
    }
}
