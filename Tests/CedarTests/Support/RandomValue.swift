// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar

extension Value {
    /// A random value; sets and records at most `depth` deep.
    static func random(depth: Int, using generator: inout SeededGenerator) -> Value {
        switch Int.random(in: 0..<(depth > 0 ? 10 : 8), using: &generator) {
        case 0: return .bool(Bool.random(using: &generator))
        case 1: return .long([0, 1, -1, .max, .min].randomElement(using: &generator) ?? 0)
        case 2:
            return .string(
                Text(["", "a", "e\u{301}", "\u{e9}", "\0\"\\\n", "\u{1F600}"].randomElement(using: &generator) ?? "")
            )
        case 3:
            let type = EntityTypeName(["A", "B::C"].randomElement(using: &generator) ?? "A")
            return type.map { .entity(EntityUID(type: $0, id: "x\"")) } ?? false
        case 4: return .decimal(DecimalValue(tenThousandths: Int64.random(in: .min ... .max, using: &generator)))
        case 5:
            return Bool.random(using: &generator)
                ? .ip(
                    IPAddressValue(
                        ipv4: .random(in: 0...9, using: &generator),
                        prefixLength: .random(in: 0...32, using: &generator)
                    )
                )
                : .ip(
                    IPAddressValue(
                        ipv6: .random(in: 0...0xFFFF_FFFF, using: &generator),
                        .random(in: 0...3, using: &generator),
                        prefixLength: .random(in: 0...128, using: &generator)
                    )
                )
        case 6: return .datetime(DatetimeValue(milliseconds: .random(in: .min ... .max, using: &generator)))
        case 7: return .duration(DurationValue(milliseconds: .random(in: .min ... .max, using: &generator)))
        case 8:
            return .set(
                ValueSet(
                    (0..<Int.random(in: 0..<12, using: &generator)).map { _ in
                        Value.random(depth: depth - 1, using: &generator)
                    }
                )
            )
        default:
            return .record(
                Record(
                    (0..<Int.random(in: 0..<4, using: &generator)).map { _ in
                        let key = ["a", "b", "e\u{301}", "\u{e9}"].randomElement(using: &generator) ?? "a"
                        return (Text(key), Value.random(depth: depth - 1, using: &generator))
                    }
                )
            )
        }
    }
}
