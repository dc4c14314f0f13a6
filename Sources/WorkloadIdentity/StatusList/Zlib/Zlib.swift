// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The zlib format (RFC 1950) around DEFLATE (RFC 1951), bounded, for status lists.
///
/// Written here because the packages at hand bring zlib only together with a network stack. The reader takes every
/// stream that the standard allows without a preset dictionary; the writer is made for lists that are mostly one value
/// and looks for runs alone.
public enum Zlib {
    /// The bytes of a zlib stream.
    ///
    /// - Parameters:
    ///   - stream: The whole stream and nothing after it.
    ///   - maximumBytes: The most bytes it may grow to; a stream of a few kilobytes can spell gigabytes.
    /// - Throws: ``WorkloadIdentityError`` with `statusList` when it is malformed, damaged or would grow beyond that.
    public static func decompress(_ stream: [UInt8], maximumBytes: Int) throws(WorkloadIdentityError) -> [UInt8] {
        guard stream.count >= 2 else { throw malformed("the stream ends early") }
        let (method, flags) = (stream[0], stream[1])
        guard method & 0x0F == 8, method >> 4 <= 7, (Int(method) << 8 | Int(flags)) % 31 == 0 else {
            throw malformed("the stream is not zlib's")
        }
        guard flags & 0x20 == 0 else { throw malformed("the stream needs a dictionary") }
        var inflater = Inflater(stream, from: 2, window: 1 << (Int(method >> 4) + 8), maximumBytes: maximumBytes)
        let end = try inflater.run()
        guard stream.count - end == 4 else { throw malformed("the stream has no checksum, or bytes after it") }
        let checksum = stream[end...].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard checksum == Adler32.checksum(of: inflater.output) else { throw malformed("the checksum is wrong") }
        return inflater.output
    }

    /// A zlib stream of `bytes`, the same for the same bytes.
    public static func compress(_ bytes: [UInt8]) -> [UInt8] {
        // A window of 32 KiB, and the level that says "smallest".
        var stream: [UInt8] = [0x78, 0xDA]
        stream += Deflater.compress(bytes)
        let checksum = Adler32.checksum(of: bytes)
        for shift in [24, 16, 8, 0] as [UInt32] { stream.append(UInt8(truncatingIfNeeded: checksum >> shift)) }
        return stream
    }

    static func malformed(_ message: String) -> WorkloadIdentityError { WorkloadIdentityError(.statusList, message) }
}

/// The checksum of RFC 1950 section 8.2.
enum Adler32 {
    static func checksum(of bytes: [UInt8]) -> UInt32 {
        var (low, high): (UInt32, UInt32) = (1, 0)
        var index = 0
        while index < bytes.count {
            // As many as fit before the sums could pass 32 bits.
            let end = min(index + 5552, bytes.count)
            for byte in bytes[index..<end] {
                low &+= UInt32(byte)
                high &+= low
            }
            low %= 65521
            high %= 65521
            index = end
        }
        return high << 16 | low
    }
}
