// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Safeconduct

@Suite(.timeLimit(.minutes(5))) struct GrowthBellTests {
    @Test func whatIsThereIsNotWaitedFor() async {
        let bell = GrowthBell(size: 5)
        await bell.wait(for: 5, atMost: .seconds(3600))
        bell.ring(9)
        await bell.wait(for: 9, atMost: .seconds(3600))
    }

    @Test func everybodyWhoWaitsForLessIsWoken() async {
        let bell = GrowthBell(size: 0)
        await withTaskGroup(of: UInt64.self) { group in
            for size in 1...50 as ClosedRange<UInt64> {
                group.addTask {
                    await bell.wait(for: size, atMost: .seconds(3600))
                    return size
                }
            }
            var woken: Set<UInt64> = []
            for size in [10, 30, 50] as [UInt64] {
                bell.ring(size)
                while woken.count < Int(size), let next = await group.next() {
                    woken.insert(next)
                    #expect(next <= size)
                }
            }
            #expect(woken.count == 50)
        }
    }

    @Test func noWaitIsEndless() async {
        let bell = GrowthBell(size: 0)
        await bell.wait(for: 1, atMost: .milliseconds(20))
        let cancelled = Task { await bell.wait(for: 1, atMost: .seconds(3600)) }
        cancelled.cancel()
        await cancelled.value
        // An older size does not take back what was told.
        bell.ring(3)
        bell.ring(2)
        await bell.wait(for: 3, atMost: .seconds(3600))
    }

    @Test func ringingAndWaitingAtOnce() async {
        let bell = GrowthBell(size: 0)
        await withTaskGroup { group in
            for size in 1...500 as ClosedRange<UInt64> {
                group.addTask { await bell.wait(for: size, atMost: .seconds(3600)) }
                group.addTask { bell.ring(size) }
            }
        }
    }
}
