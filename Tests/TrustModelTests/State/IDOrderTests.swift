// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TrustModel

/// The order of ids, against a sorted array.
struct IDOrderTests {
    private func all(_ order: IDOrder, after: UInt128? = nil, limit: Int = .max) -> [UInt128] {
        var ids: [UInt128] = []
        guard limit > 0 else { return ids }
        order.forEach(after: after) { id in
            ids.append(id)
            return ids.count < limit
        }
        return ids
    }

    /// `ascending` is how often, of a hundred, an id comes at the end: 100 is how ids are made, 0 is chance.
    @Test(arguments: [100, 99, 50, 0], Seeds.some(2))
    func staysSorted(ascending: Int, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var order = IDOrder()
        var expected: [UInt128] = []
        var last: UInt128 = 1 << 100
        var kept: [(order: IDOrder, ids: [UInt128])] = []
        for step in 0..<20_000 {
            var id = UInt128(UInt64.random(in: .min ... .max, using: &random)) << 40
            if random.chance(ascending) {
                last += UInt128(UInt64.random(in: 1...1000, using: &random))
                id = last
            }
            let place = expected.firstPlace { $0 >= id }
            guard place == expected.count || expected[place] != id else { continue }
            expected.insert(id, at: place)
            order.insert(id)
            // What is forgotten is the oldest as a rule.
            if random.chance(30), !expected.isEmpty {
                let gone = random.chance(70) ? 0 : Int.random(in: expected.indices, using: &random)
                order.remove(expected.remove(at: gone))
                order.remove(7)
            }
            if step.isMultiple(of: 4999) { kept.append((order, expected)) }
        }
        #expect(all(order) == expected)
        var reversed: [UInt128] = []
        order.forEachReversed { id in
            reversed.append(id)
            return reversed.count < 100
        }
        #expect(reversed == Array(expected.reversed().prefix(100)))
        // What was copied before is as it was.
        for (order, ids) in kept { #expect(all(order) == ids) }
        for _ in 0..<200 {
            let known = expected.randomElement(using: &random) ?? 0
            let after = random.chance(50) ? known : known &+ UInt128(UInt64.random(in: 0...3, using: &random))
            let limit = Int.random(in: 0...300, using: &random)
            let start = expected.firstPlace { $0 > after }
            #expect(all(order, after: after, limit: limit) == Array(expected[start...].prefix(limit)))
        }
    }

    @Test func allMayBeTakenOut() {
        var order = IDOrder()
        for id in 0..<40_000 { order.insert(UInt128(id)) }
        for id in (0..<40_000).reversed() { order.remove(UInt128(id)) }
        #expect(all(order).isEmpty)
        order.insert(5)
        #expect(all(order) == [5])
    }

    @Test func nothingIsInAnEmptyOne() {
        var order = IDOrder()
        order.remove(7)
        #expect(all(order).isEmpty)
        #expect(all(order, after: 7).isEmpty)
        order.forEachReversed { id in
            Issue.record("there is \(id)")
            return true
        }
    }

    /// A page in the middle of many costs as many steps as it has items.
    @Test func aPageCostsItsItems() {
        var order = IDOrder()
        for id in 0..<100_000 { order.insert(UInt128(id) << 64) }
        var steps = 0
        order.forEach(after: UInt128(70_000) << 64) { _ in
            steps += 1
            return steps < 100
        }
        #expect(steps == 100)
    }
}

extension Array {
    /// The first index whose element `isReached` holds for; the end when it holds for none.
    fileprivate func firstPlace(_ isReached: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isReached(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
