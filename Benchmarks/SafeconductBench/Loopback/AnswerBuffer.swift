// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Bytes of one connection, and the answer they begin with once it is whole.
///
/// It knows just the HTTP that the measured server speaks: an answer's length stands in its `Content-Length`.
final class AnswerBuffer {
    /// Where an answer's parts lie in the buffer.
    struct Answer {
        let status: Int
        let head: Range<Int>
        let body: Range<Int>
    }

    private var bytes: UnsafeMutableRawBufferPointer
    private var used = 0

    init() { bytes = .allocate(byteCount: 64 << 10, alignment: 16) }

    deinit { bytes.deallocate() }

    /// Receives what is there; false at the end of the connection.
    func fill(from socket: LoopbackSocket) throws -> Bool {
        if used == bytes.count {
            let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count * 2, alignment: 16)
            larger.copyMemory(from: UnsafeRawBufferPointer(bytes))
            bytes.deallocate()
            bytes = larger
        }
        let count = try socket.receive(into: UnsafeMutableRawBufferPointer(rebasing: bytes[used...]))
        used += count
        return count > 0
    }

    /// The answer, when all of it is here. The benchmark asks one question at a time: nothing follows an answer.
    func answer() throws -> Answer? {
        guard let end = find("\r\n\r\n", in: 0..<used) else { return nil }
        let head = 0..<(end + 4)
        guard head.count > 16, let status = Int(text(9..<12)) else { throw BenchFailure("an answer is not HTTP/1.1") }
        let body = head.upperBound..<(head.upperBound + length(head))
        guard used >= body.upperBound else { return nil }
        guard used == body.upperBound else { throw BenchFailure("more than one answer came to one request") }
        return Answer(status: status, head: head, body: body)
    }

    /// Forgets the answer.
    func clear() { used = 0 }

    /// How often `needle` stands in a range.
    func count(_ needle: StaticString, in range: Range<Int>) -> Int {
        var count = 0
        var start = range.lowerBound
        while let place = find(needle, in: start..<range.upperBound) {
            count += 1
            start = place + needle.utf8CodeUnitCount
        }
        return count
    }

    /// A range as text.
    func text(_ range: Range<Int>) -> String {
        String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    }

    /// A range's bytes.
    func copy(_ range: Range<Int>) -> [UInt8] { Array(UnsafeRawBufferPointer(rebasing: bytes[range])) }

    private func length(_ head: Range<Int>) -> Int {
        let name: StaticString = "\r\nContent-Length: "
        guard let place = find(name, in: head) else { return 0 }
        var length = 0
        var index = place + name.utf8CodeUnitCount
        while index < head.upperBound, (0x30...0x39).contains(bytes[index]), length < 1 << 40 {
            length = length * 10 + Int(bytes[index] - 0x30)
            index += 1
        }
        return length
    }

    private func find(_ needle: StaticString, in range: Range<Int>) -> Int? {
        guard let base = bytes.baseAddress else { return nil }
        let length = needle.utf8CodeUnitCount
        let first = Int32(needle.utf8Start.pointee)
        var start = range.lowerBound
        while start + length <= range.upperBound {
            guard let found = memchr(base + start, first, range.upperBound - length + 1 - start) else { return nil }
            if memcmp(found, needle.utf8Start, length) == 0 { return UnsafeRawPointer(found) - UnsafeRawPointer(base) }
            start = UnsafeRawPointer(found) - UnsafeRawPointer(base) + 1
        }
        return nil
    }
}
