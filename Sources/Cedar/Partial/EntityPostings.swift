// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// An index over one facet of the entities of one type: for each key the places of the entities that have it, in order.
///
/// A key and a place are one 64-bit word, and the words are sorted: 8 bytes for each entry, no tables, and the places
/// under one key are one stretch.
struct EntityPostings: Sendable {
    private let words: [UInt64]

    /// The postings of these words, each a key and, in its lower half, a place.
    init(_ words: consuming [UInt64]) {
        words.sort()
        self.words = words
    }

    /// A word of `key` and `place`.
    static func word(_ key: UInt32, _ place: Int) -> UInt64 {
        UInt64(key) << 32 | UInt64(UInt32(truncatingIfNeeded: place))
    }

    /// The bytes it occupies.
    var byteCount: Int { words.count * 8 }

    /// The first place under `key` that is not before `place`; nil when there is none. `hint` is where the last answer
    /// was found: places are asked for in ascending order.
    func place(_ key: UInt32, notBefore place: Int, hint: inout Int) -> Int? {
        let index = first(notBefore: Self.word(key, place), from: hint)
        hint = index
        guard index < words.count, words[index] >> 32 == UInt64(key) else { return nil }
        return Int(words[index] & 0xFFFF_FFFF)
    }

    // Steps that double from `start` on, then bisection.
    private func first(notBefore word: UInt64, from start: Int) -> Int {
        var low = start
        var step = 1
        while low + step < words.count, words[low + step] < word {
            low += step
            step *= 2
        }
        var high = min(words.count, low + step)
        while low < high {
            let middle = (low + high) / 2
            if words[middle] < word { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
