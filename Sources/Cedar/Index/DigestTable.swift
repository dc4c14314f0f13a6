// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Numbers found by 64-bit digests; a digest may stand for several.
///
/// Linear hashing in a ``PagedArray``: with every second insertion one bucket is split, so that no insertion ever
/// rebuilds the table, and a change to a copy copies a page of buckets. Buckets hold no references.
struct DigestTable: Sendable {
    private struct Bucket: BitwiseCopyable {
        var keys: InlineArray<4, Int> = [0, 0, 0, 0]
        var values: InlineArray<4, Int32> = [0, 0, 0, 0]
        var count: Int32 = 0
        /// The place of the bucket that goes on, in `overflow`; -1 when there is none.
        var next: Int32 = -1
    }

    private var buckets = PagedArray<Bucket>()
    private var overflow = PagedArray<Bucket>()
    // The first overflow bucket that is free; the others follow by `next`.
    private var free: Int32 = -1
    private(set) var count = 0
    // There are `1 << level + split` buckets; those before `split` are divided already.
    private var level = 0
    private var split = 0

    init() {
        buckets.append(Bucket())
    }

    @inline(__always)
    private func place(of key: Int) -> Int {
        let place = key & (1 << level - 1)
        return place < split ? key & (2 << level - 1) : place
    }

    /// The first number under `key` that `matches`.
    @inline(__always)
    func first(_ key: Int, where matches: (Int32) -> Bool = { _ in true }) -> Int32? {
        func search(_ bucket: borrowing Bucket) -> (found: Int32?, next: Int32) {
            for index in 0..<Int(bucket.count) where bucket.keys[index] == key {
                let value = bucket.values[index]
                if matches(value) { return (value, -1) }
            }
            return (nil, bucket.next)
        }
        var (found, next) = buckets.read(place(of: key), search)
        while next >= 0 { (found, next) = overflow.read(Int(next), search) }
        return found
    }

    /// Puts `value` under `key`, beside what is there.
    mutating func insert(_ key: Int, _ value: Int32) {
        add(key, value, to: place(of: key))
        count += 1
        if count > 2 * buckets.count { splitNext() }
    }

    /// Removes one `value` from under `key`.
    mutating func remove(_ key: Int, _ value: Int32) {
        let first = place(of: key)
        var next = buckets[first].next
        if Self.remove(key, value, from: &buckets[first]) {
            count -= 1
            return
        }
        while next >= 0 {
            let place = Int(next)
            next = overflow[place].next
            if Self.remove(key, value, from: &overflow[place]) {
                count -= 1
                return
            }
        }
    }

    /// Puts `new` in the place of `old` under `key`.
    mutating func replace(_ key: Int, _ old: Int32, by new: Int32) {
        remove(key, old)
        insert(key, new)
    }

    private static func remove(_ key: Int, _ value: Int32, from bucket: inout Bucket) -> Bool {
        for index in 0..<Int(bucket.count) where bucket.keys[index] == key && bucket.values[index] == value {
            let last = Int(bucket.count) - 1
            bucket.keys[index] = bucket.keys[last]
            bucket.values[index] = bucket.values[last]
            bucket.count -= 1
            return true
        }
        return false
    }

    private mutating func add(_ key: Int, _ value: Int32, to first: Int) {
        if Self.add(key, value, to: &buckets[first]) { return }
        var next = buckets[first].next
        while next >= 0 {
            if Self.add(key, value, to: &overflow[Int(next)]) { return }
            next = overflow[Int(next)].next
        }
        var bucket = Bucket()
        _ = Self.add(key, value, to: &bucket)
        bucket.next = buckets[first].next
        if free >= 0 {
            let place = free
            free = overflow[Int(place)].next
            overflow[Int(place)] = bucket
            buckets[first].next = place
        } else {
            overflow.append(bucket)
            buckets[first].next = Int32(truncatingIfNeeded: overflow.count - 1)
        }
    }

    private static func add(_ key: Int, _ value: Int32, to bucket: inout Bucket) -> Bool {
        let place = Int(bucket.count)
        guard place < 4 else { return false }
        bucket.keys[place] = key
        bucket.values[place] = value
        bucket.count += 1
        return true
    }

    // The bucket at `split` is divided between itself and a new one at the end.
    private mutating func splitNext() {
        var bucket = buckets[split]
        buckets[split] = Bucket()
        buckets.append(Bucket())
        split += 1
        if split == 1 << level {
            level += 1
            split = 0
        }
        while true {
            for index in 0..<Int(bucket.count) {
                add(bucket.keys[index], bucket.values[index], to: place(of: bucket.keys[index]))
            }
            guard bucket.next >= 0 else { return }
            let place = bucket.next
            bucket = overflow[Int(place)]
            // What follows was read; now the bucket may be used again.
            overflow[Int(place)].next = free
            overflow[Int(place)].count = 0
            free = place
        }
    }
}
