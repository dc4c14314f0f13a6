// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Cedar

/// The tables under the index against the standard library's.
@Suite struct PersistentTableTests {
    /// Copies taken on the way stay as they were, whatever is done to later ones.
    @Test func digestTable() {
        let seed = SeededGenerator.freshSeed()
        var generator = SeededGenerator(seed: seed)
        var table = DigestTable()
        var model: [Int: [Int32]] = [:]
        var kept: [(DigestTable, [Int: [Int32]])] = []
        for step in 0..<6000 {
            // Few enough keys that some stand for several numbers, some crowded into one bucket.
            let key = Int.random(in: 0..<400, using: &generator) * (step % 3 == 0 ? 1024 : 1)
            let value = Int32.random(in: -50..<50, using: &generator)
            if Int.random(in: 0..<3, using: &generator) > 0 {
                table.insert(key, value)
                model[key, default: []].append(value)
            } else if let known = model[key]?.randomElement(using: &generator) {
                table.remove(key, known)
                if let place = model[key]?.firstIndex(of: known) { model[key]?.remove(at: place) }
            } else {
                table.remove(key, value)
            }
            if step % 1000 == 500 { kept.append((table, model)) }
        }
        for (table, model) in kept + [(table, model)] {
            #expect(table.count == model.values.reduce(0) { $0 + $1.count }, "seed \(seed)")
            for key in 0..<(400 * 1024) where model[key] != nil || key % 977 == 0 {
                var found: [Int32] = []
                _ = table.first(key) { value in
                    found.append(value)
                    return false
                }
                #expect(found.sorted() == (model[key] ?? []).sorted(), "key \(key), seed \(seed)")
            }
        }
    }

    @Test func pagedArray() {
        var array = PagedArray<Int>()
        var copies: [PagedArray<Int>] = []
        for number in 0..<9000 {
            array.append(number)
            if number % 3000 == 0 { copies.append(array) }
        }
        for index in stride(from: 0, to: 9000, by: 7) { array[index] = -index }
        #expect((0..<9000).allSatisfy { array[$0] == ($0 % 7 == 0 ? -$0 : $0) })
        for copy in copies {
            #expect((0..<copy.count).allSatisfy { copy[$0] == $0 })
        }
        #expect(copies.map(\.count) == [1, 3001, 6001])
    }

    @Test func policiesKeepTheirPlaces() throws {
        let policy = try Policy.parse("permit(principal, action, resource);")[0]
        var list = PolicyList()
        for _ in 0..<200 { _ = list.append(policy) }
        for place in 0..<200 where place % 3 != 1 { list.remove(place) }
        #expect(list.count == 67 && list.startIndex == 1 && Array(list.indices) == (0..<200).filter { $0 % 3 == 1 })
        #expect(list.indices.reversed() == Array(list.indices).reversed())
        #expect(list.policy(at: 0) == nil && list.policy(at: -1) == nil && list.policy(at: 200) == nil)
        #expect(list.policy(at: 1) != nil)
    }

    /// A change to a large set touches pages, not the set.
    @Test func namesAreFoundAfterChanges() throws {
        let body = try Policy.parse("permit(principal, action, resource);")[0].body
        let template = try Policy.parse("permit(principal == ?principal, action, resource);")[0].body
        var set = PolicySet()
        for number in 0..<3000 {
            try set.add(Policy(id: Text("p\(number)"), body: number % 10 == 0 ? template : body))
        }
        #expect(set.policies.count == 2700 && set.templates.count == 300)
        #expect(throws: DuplicatePolicyError.self) { try set.adding(Policy(id: "p10", body: body)) }
        // A template that becomes a policy goes behind all others.
        let changed = set.replacing(Policy(id: "p10", body: body)).removing("p11").removing("none")
        #expect(changed.policies.count == 2700 && changed.templates.count == 299)
        #expect(changed.policies.last?.id == "p10" && changed["p11"] == nil && changed["p12"]?.id == "p12")
        #expect(set.policies.count == 2700 && set["p11"]?.id == "p11" && set["p10"]?.isTemplate == true)
    }
}
