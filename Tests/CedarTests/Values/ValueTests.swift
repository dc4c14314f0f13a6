// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

@Suite struct ValueTests {
    @Test func kindsNeverMix() {
        let values: [Value] = [
            1, true, "1", .decimal(DecimalValue(tenThousandths: 1)), .duration(DurationValue(milliseconds: 1)),
            .datetime(DatetimeValue(milliseconds: 1)), .set([1]), .record(["a": 1]), .ip(IPAddressValue(ipv4: 1)),
        ]
        #expect(ValueSet(values).count == values.count)
        for (index, value) in values.enumerated() {
            #expect(values.firstIndex(of: value) == index)
        }
    }

    @Test func setsIgnoreOrderAndRepetition() {
        #expect(ValueSet([1, 2, 2, 1]) == [2, 1])
        #expect(Value.set([.set([1, 2]), .set([2, 1])]) == .set([.set([1, 2])]))
        #expect(ValueSet([]).isEmpty)
        #expect(ValueSet([1]) != [1, 2])
    }

    @Test func setOperationsHoldForSmallAndLargeSets() {
        for count in [1, 8, 9, 100] {
            let set = ValueSet((0..<count).map { .long(Int64($0)) })
            #expect(set.contains(0))
            #expect(!set.contains(.long(Int64(count))))
            #expect(set.containsAll([]))
            #expect(set.containsAll(ValueSet(set.elements.reversed())))
            #expect(!set.containsAll([0, "0"]))
            #expect(!set.containsAny([]))
            #expect(set.containsAny(["0", 0]))
        }
    }

    /// Equality is an equivalence that agrees with the hash, and a shuffled set is the same set.
    @Test func equalityIsSound() {
        let seed = SeededGenerator.freshSeed()
        var generator = SeededGenerator(seed: seed)
        let values = (0..<300).map { _ in Value.random(depth: 2, using: &generator) }
        for left in values {
            #expect(left == left)
            if case .set(let elements) = left {
                let shuffled = ValueSet(elements.shuffled(using: &generator) + elements.prefix(2))
                #expect(Value.set(shuffled) == left, "seed \(seed)")
                #expect(Value.set(shuffled).hashValue == left.hashValue, "seed \(seed)")
            }
            for right in values where left == right {
                #expect(right == left && left.hashValue == right.hashValue, "\(left) \(right), seed \(seed)")
            }
        }
    }

    @Test func jsonRoundTrip() throws {
        let seed = SeededGenerator.freshSeed()
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let value = Value.random(depth: 3, using: &generator)
            let bytes = value.json.serialized()
            let read = try Value(json: JSONValue(parsing: bytes))
            #expect(read == value, "\(value), seed \(seed)")
            #expect(read.json.serialized() == bytes, "seed \(seed)")
        }
    }

    /// A value written as Cedar text evaluates to itself.
    @Test func descriptionIsCedar() throws {
        let seed = SeededGenerator.freshSeed()
        var generator = SeededGenerator(seed: seed)
        let user = try uid("User::a")
        for _ in 0..<200 {
            let value = Value.random(depth: 2, using: &generator)
            let request = AuthorizationRequest(principal: user, action: user, resource: user, context: ["v": value])
            let set = try policies(permit(when: "context.v == \(value)"))
            #expect(set.authorize(request, entities: EntityStore()).decision == .allow, "\(value), seed \(seed)")
        }
    }
}
