// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
import Testing
import WorkloadIdentity

@testable import Safeconduct

/// The machine's own name lookup, and its lookups that never end.
@Suite(.timeLimit(.minutes(5))) struct SystemNamesTests {
    @Test func localhost() async throws {
        let found = try await SystemNames.shared.addresses(of: "localhost").get()
        #expect(!found.isEmpty)
        #expect(found.allSatisfy { $0.addressClass == .loopback })
    }

    @Test func nameThatCannotBe() async {
        // RFC 6761: 'invalid' never exists.
        #expect(await SystemNames.shared.addresses(of: "no.such.invalid").failureName == "unreachable")
    }

    @Test func oneLookupForAllWhoAsk() async throws {
        let (count, gate) = (Counter(), Gate())
        let names = SystemNames(threadCount: 4) { _ in
            count.add()
            gate.wait()
            return .success([])
        }
        let calls = (0..<50).map { _ in Task { await names.addresses(of: "a") } }
        for call in calls.prefix(10) { call.cancel() }
        for call in calls.prefix(10) { #expect(await call.value.failureName == "cancelled") }
        gate.open()
        for call in calls.dropFirst(10) { #expect(await call.value == .success([])) }
        // Those whose task began only after the lookup was over asked again.
        #expect(count.value >= 1)
    }

    @Test func stuckNameHoldsOneThread() async throws {
        let (count, gate) = (Counter(), Gate())
        let names = SystemNames(threadCount: 2) { name in
            if name == "stuck" {
                count.add()
                gate.wait()
            }
            return .success([])
        }
        // Asked again and again by callers who leave: still one thread, and the other one is free.
        for _ in 0..<20 {
            let call = Task { await names.addresses(of: "stuck") }
            while count.value == 0 { await Task.yield() }
            call.cancel()
            #expect(await call.value.failureName == "cancelled")
        }
        #expect(await names.addresses(of: "free") == .success([]))
        #expect(count.value == 1)
        gate.open()
    }

    @Test func lookupsAreBounded() async throws {
        let gate = Gate()
        let names = SystemNames(threadCount: 1, limit: 2) { _ in
            gate.wait()
            return .success([])
        }
        let calls = ["a", "b", "c"].map { name in Task { await names.addresses(of: name) } }
        var refused = 0
        // The one that is refused does not wait for the others.
        await withTaskGroup(of: String?.self) { group in
            for call in calls { group.addTask { await call.value.failureName } }
            if await group.next() == "busy" { refused += 1 }
            gate.open()
            for await name in group where name != nil { refused += 1 }
        }
        #expect(refused == 1)
    }
}

private final class Counter: Sendable {
    private let count = Mutex(0)
    var value: Int { count.withLock { $0 } }
    func add() { count.withLock { $0 += 1 } }
}

/// Holds threads until it is opened.
private final class Gate: Sendable {
    private let isOpen = Mutex(false)
    func open() { isOpen.withLock { $0 = true } }
    func wait() {
        while !isOpen.withLock({ $0 }) { usleep(1000) }
    }
}
