// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
internal import Glibc
#endif

/// The 32 secret random bytes that hide a stored body behind its commitment.
///
/// Whoever holds salt and body can prove what was logged; once both are erased, the commitment says nothing, not even
/// to somebody who can guess the body. So a salt is drawn freshly for each leaf and never printed.
public struct LeafSalt: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// The bytes as they lie in memory.
    let value: Hash32

    /// The number of bytes in a salt.
    public static let byteCount = 32

    /// Reads exactly 32 bytes; `nil` when there are more or fewer.
    public init?(bytes: some Collection<UInt8>) {
        guard let value = Hash32(bytes: bytes) else { return nil }
        self.value = value
    }

    /// Draws a new salt from the system's cryptographic random numbers.
    public static func random() -> LeafSalt {
        #if canImport(Glibc)
        // One call of the system instead of one for each word, which cost more than hashing the leaf.
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        let drawn = unsafe withUnsafeMutableBytes(of: &words) { bytes in
            guard let start = bytes.baseAddress else { return CInt(-1) }
            return unsafe getentropy(start, bytes.count)
        }
        if drawn == 0 { return LeafSalt(value: Hash32(words: words)) }
        #endif
        var generator = SystemRandomNumberGenerator()
        return random(using: &generator)
    }

    /// Draws so many new salts from the system's cryptographic random numbers, eight with one call.
    public static func random(count: Int) -> [LeafSalt] {
        var salts: [LeafSalt] = []
        salts.reserveCapacity(count)
        #if canImport(Glibc)
        // The most that one call gives.
        unsafe withUnsafeTemporaryAllocation(byteCount: 256, alignment: 8) { bytes in
            guard let start = bytes.baseAddress else { return }
            while salts.count < count {
                let wanted = min(count - salts.count, 256 / byteCount)
                guard unsafe getentropy(start, wanted * byteCount) == 0 else { break }
                for place in 0..<wanted {
                    salts.append(
                        unsafe LeafSalt(value: Hash32(loading: UnsafeRawBufferPointer(bytes), at: place * byteCount))
                    )
                }
            }
        }
        #endif
        while salts.count < count { salts.append(random()) }
        return salts
    }

    /// Draws a new salt from `generator`, which must be cryptographically strong outside tests.
    public static func random(using generator: inout some RandomNumberGenerator) -> LeafSalt {
        // Straight into words: a salt is drawn for every decision, and arrays would cost more than the randomness.
        LeafSalt(value: Hash32(words: (generator.next(), generator.next(), generator.next(), generator.next())))
    }

    private init(value: Hash32) {
        self.value = value
    }

    /// The 32 bytes, to be kept beside the body and carried in a receipt.
    public var bytes: [UInt8] {
        value.bytes
    }

    /// Runs `body` on the 32 bytes where they lie, for as long as it runs.
    public func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe value.withBytes(body)
    }

    /// Says that there is a salt, never which.
    public var description: String {
        "LeafSalt(redacted)"
    }

    /// Shows nothing to dumps and debuggers' mirrors.
    public var customMirror: Mirror {
        Mirror(self, children: [])
    }
}
