// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Thirty-two bytes: a SHA-256 value, held in four machine words so that trees of millions cost no allocation each.
///
/// The words keep the bytes in memory order; their numeric value means nothing.
public struct Hash32: Sendable, Hashable {
    private var words: (UInt64, UInt64, UInt64, UInt64)

    /// The number of bytes in a value.
    public static let byteCount = 32

    /// Thirty-two zero bytes.
    public init() {
        words = (0, 0, 0, 0)
    }

    /// Reads exactly 32 bytes; `nil` when there are more or fewer.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.init()
        unsafe withUnsafeMutableBytes(of: &words) { buffer in
            unsafe buffer.copyBytes(from: bytes)
        }
    }

    /// The caller has checked that `buffer` holds 32 readable bytes from `offset` on.
    init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

    init(loading buffer: UnsafeRawBufferPointer, at offset: Int) {
        words = unsafe buffer.loadUnaligned(fromByteOffset: offset, as: (UInt64, UInt64, UInt64, UInt64).self)
    }

    /// The value as an array of 32 bytes.
    public var bytes: [UInt8] {
        unsafe withUnsafeBytes(of: words) { unsafe Array($0) }
    }

    /// Runs `body` on the 32 bytes where they lie, for as long as it runs.
    public func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe withUnsafeBytes(of: words, body)
    }

    /// Writes the 32 bytes into `buffer`, whose size the caller has checked.
    func store(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) {
        unsafe buffer.storeBytes(of: words, toByteOffset: offset, as: (UInt64, UInt64, UInt64, UInt64).self)
    }

    /// Compares all 32 bytes. The values are public, so constant time is not needed.
    public static func == (lhs: Hash32, rhs: Hash32) -> Bool {
        lhs.words.0 == rhs.words.0 && lhs.words.1 == rhs.words.1
            && lhs.words.2 == rhs.words.2 && lhs.words.3 == rhs.words.3
    }

    /// Feeds all 32 bytes: a value may be chosen by an attacker, so no word of it alone may decide the bucket.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}
