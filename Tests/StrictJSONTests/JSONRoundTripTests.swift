// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing

/// A generator whose seed is printed, so that a failing run can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    let seed: UInt64

    init(seed: UInt64 = .random(in: .min ... .max), _ name: String) {
        self.seed = seed
        state = seed
        print("\(name): seed \(seed)")
    }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

struct JSONRoundTripTests {
    private func text(_ generator: inout SeededGenerator) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...6, using: &generator) {
            let top: [UInt32] = [0x1F, 0x7F, 0x7FF, 0xFFFF, 0x10FFFF]
            let code = UInt32.random(in: 0...top[Int.random(in: 0..<5, using: &generator)], using: &generator)
            if let scalar = Unicode.Scalar(code) { text.unicodeScalars.append(scalar) }
        }
        return text
    }

    private func value(_ depth: Int, _ generator: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &generator) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &generator))
        case 2: return .integer(.random(in: .min ... .max, using: &generator))
        case 3: return .integer(.random(in: -20...20, using: &generator))
        case 4:
            return .number(
                "\(Int.random(in: -99...99, using: &generator)).5e\(Int.random(in: -30...30, using: &generator))"
            )
        case 5: return .string(text(&generator))
        case 6:
            return .array((0..<Int.random(in: 0...5, using: &generator)).map { _ in value(depth - 1, &generator) })
        default:
            let count = Int.random(in: 0...24, using: &generator)
            return .object(JSONObject((0..<count).map { _ in (text(&generator), value(depth - 1, &generator)) }))
        }
    }

    @Test("What is written reads back the same, byte for byte")
    func roundTrips() throws {
        var generator = SeededGenerator("json")
        for _ in 0..<2000 {
            let value = value(4, &generator)
            let bytes = value.serialized()
            let again = try JSONValue(parsing: bytes)
            #expect(again == value, "seed \(generator.seed)")
            #expect(again.serialized() == bytes, "seed \(generator.seed)")
        }
    }

    @Test("Damaged text is refused or means what it says, and never traps")
    func damage() {
        var generator = SeededGenerator("damage")
        var refused = 0
        for _ in 0..<3000 {
            var bytes = value(3, &generator).serialized()
            for _ in 0..<Int.random(in: 1...3, using: &generator) where !bytes.isEmpty {
                let index = Int.random(in: bytes.indices, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[index] = .random(in: .min ... .max, using: &generator)
                case 1: bytes.remove(at: index)
                default: bytes.insert(.random(in: 0x20...0x7D, using: &generator), at: index)
                }
            }
            if let value = try? JSONValue(parsing: bytes) {
                #expect((try? JSONValue(parsing: value.serialized())) == value, "seed \(generator.seed)")
            } else {
                refused += 1
            }
        }
        #expect(refused > 500)
    }

    @Test func escapes() {
        let value: JSONValue = ["a\"\\/\n\r\t\u{1}\u{1F}\u{7F}\u{2028}\u{1F600}": "\u{0}\u{8}"]
        #expect(
            String(decoding: value.serialized(), as: UTF8.self)
                == "{\"a\\\"\\\\/\\n\\r\\t\\u0001\\u001f\u{7F}\u{2028}\u{1F600}\":\"\\u0000\\u0008\"}"
        )
    }

    @Test func writerPlacesCommas() {
        var writer = JSONWriter()
        writer.beginArray()
        writer.null()
        writer.bool(true)
        writer.bool(false)
        for number: Int64 in [0, 9, 10, -1, .min, .max] { writer.integer(number) }
        writer.beginObject()
        writer.endObject()
        writer.beginObject()
        writer.key("a")
        writer.beginArray()
        writer.endArray()
        writer.key("b")
        writer.raw("1.50".utf8)
        writer.endObject()
        writer.string("")
        writer.value(.number("1e3"))
        writer.endArray()
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == #"[null,true,false,0,9,10,-1,-9223372036854775808,9223372036854775807,{},{"a":[],"b":1.50},"",1e3]"#
        )
    }
}
