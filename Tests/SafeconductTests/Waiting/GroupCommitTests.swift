// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Synchronization
import Testing

@testable import Safeconduct

@Suite struct GroupCommitTests {
    @Test func everybodyGetsTheirOwnResultInOrder() async {
        let batches = Mutex<[[Int]]>([])
        let commit = GroupCommit<Int, Int>(label: "test", limit: 10_000, overflow: -1) { items in
            batches.withLock { $0.append(items) }
            return items.map { $0 * 2 }
        }
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<50 {
                group.addTask {
                    for number in 0..<40 {
                        let item = task * 1000 + number
                        #expect(await commit.submit(item) == item * 2)
                    }
                }
            }
        }
        let order = batches.withLock { $0.flatMap { $0 } }
        #expect(order.count == 2000 && Set(order).count == 2000)
        // What one caller submitted after an answer was committed after it.
        for task in 0..<50 {
            let own = order.filter { $0 / 1000 == task }
            #expect(own == own.sorted())
        }
    }

    /// Holds the committing thread in its first batch until it is opened.
    private final class Gate: Sendable {
        let entered = DispatchSemaphore(value: 0)
        let open = DispatchSemaphore(value: 0)
        let batches = Mutex<[[Int]]>([])

        func commit(_ items: [Int]) -> [Int] {
            let isFirst = batches.withLock { batches in
                batches.append(items)
                return batches.count == 1
            }
            if isFirst {
                entered.signal()
                open.wait()
            }
            return items
        }
    }

    private func blocked(_ gate: Gate) async {
        await withCheckedContinuation { done in
            DispatchQueue.global().async {
                gate.entered.wait()
                done.resume()
            }
        }
    }

    /// Submits in order: each is waiting before the next one comes.
    private func submit(_ items: [Int], to commit: GroupCommit<Int, Int>) async -> [Task<Int, Never>] {
        var tasks: [Task<Int, Never>] = []
        for item in items {
            let began = Mutex(false)
            tasks.append(
                Task {
                    began.withLock { $0 = true }
                    return await commit.submit(item)
                }
            )
            while !began.withLock({ $0 }) { await Task.yield() }
            try? await Task.sleep(for: .milliseconds(5))
        }
        return tasks
    }

    @Test func whatIsTooMuchIsAnsweredAtOnceAndUrgentItemsHaveRoomOfTheirOwn() async {
        let gate = Gate()
        let commit = GroupCommit<Int, Int>(
            label: "test",
            limit: 10,
            overflow: -1,
            batch: 3,
            cost: { $0 == 7 ? 6 : 1 },
            isUrgent: { $0 >= 100 },
            commit: gate.commit
        )
        let first = Task { await commit.submit(0) }
        await blocked(gate)
        let waiting = await submit([1, 2, 3, 4, 7], to: commit)
        // 4 and 6 are 10: nothing else may wait, and nobody is kept waiting to learn that.
        #expect(await commit.submit(5) == -1)
        let urgent = await submit([100, 101], to: commit)
        gate.open.signal()
        #expect(await first.value == 0)
        for (task, item) in zip(waiting, [1, 2, 3, 4, 7]) { #expect(await task.value == item) }
        for (task, item) in zip(urgent, [100, 101]) { #expect(await task.value == item) }
        #expect(gate.batches.withLock { $0 } == [[0], [100, 101, 1], [2, 3, 4], [7]])
        // All of it left the queue.
        for item in 0..<30 { #expect(await commit.submit(item) == item) }
    }

    @Test func whatIsSubmittedTogetherStaysTogether() async {
        let gate = Gate()
        let commit = GroupCommit<Int, Int>(label: "test", limit: 10, overflow: -1, batch: 4, commit: gate.commit)
        #expect(await commit.submit([]) == [])
        let first = Task { await commit.submit(0) }
        await blocked(gate)
        let groups = [[1, 2], [3, 4, 5], [6], [7, 8]]
        var tasks: [Task<[Int], Never>] = []
        for group in groups {
            tasks.append(Task { await commit.submit(group) })
            try? await Task.sleep(for: .milliseconds(20))
        }
        // Eight wait: of three more none may, rather than two.
        #expect(await commit.submit([9, 10, 11]) == [-1, -1, -1])
        gate.open.signal()
        #expect(await first.value == 0)
        for (task, group) in zip(tasks, groups) { #expect(await task.value == group) }
        #expect(gate.batches.withLock { $0 } == [[0], [1, 2], [3, 4, 5, 6], [7, 8]])
        // More than a batch: one of its own.
        #expect(await commit.submit([1, 2, 3, 4, 5, 6]) == [1, 2, 3, 4, 5, 6])
    }

    @Test func aCommitThatForgetsSomebodyLeavesNobodyWaiting() async {
        let commit = GroupCommit<Int, Int>(label: "test", limit: 100, overflow: -1) { items in
            Array(items.dropLast())
        }
        #expect(await commit.submit(1) == -1)
        #expect(await commit.submit(2) == -1)
        #expect(await commit.submit([3, 4, 5]) == [3, 4, -1])
    }

    @Test func aSingleItemLargerThanTheLimitIsLetIn() async {
        let commit = GroupCommit<Int, Int>(label: "test", limit: 10, overflow: -1, cost: { _ in 50 }) { $0 }
        #expect(await commit.submit(3) == 3)
    }

    @Test func noContinuationIsLostUnderRandomLoad() async {
        var generator = SeededGenerator()
        let seed = generator.seed
        for _ in 0..<15 {
            let limit = Int.random(in: 1...40, using: &generator)
            let batch = Int.random(in: 1...10, using: &generator)
            let commit = GroupCommit<Int, Int>(
                label: "test",
                limit: limit,
                overflow: -1,
                batch: batch,
                isUrgent: { $0.isMultiple(of: 7) }
            ) { items in
                #expect(items.count <= batch, "seed \(seed)")
                return items
            }
            let answers = await withTaskGroup(of: Bool.self) { group in
                for item in 0..<200 {
                    group.addTask {
                        let answer = await commit.submit(item)
                        return answer == item || answer == -1
                    }
                }
                return await group.reduce(into: [Bool]()) { $0.append($1) }
            }
            #expect(answers.count == 200 && answers.allSatisfy { $0 }, "seed \(seed)")
        }
    }
}
