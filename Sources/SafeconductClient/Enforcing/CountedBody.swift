// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Synchronization

/// Counts the bytes of a body that is written piece by piece, and tells once when it has ended, however it ended.
final class ByteTally: Sendable {
    private let bytes = Atomic<Int64>(0)
    private let isOver = Atomic<Bool>(false)
    private let ended: @Sendable (Int64, _ whole: Bool) -> Void

    init(_ ended: @escaping @Sendable (Int64, Bool) -> Void) { self.ended = ended }

    // A body that the connection never asked for, because it was gone, is dropped with everything that holds this.
    deinit { end(whole: false) }

    func add(_ count: Int) { bytes.add(Int64(count), ordering: .relaxed) }

    func end(whole: Bool) {
        guard !isOver.exchange(true, ordering: .relaxed) else { return }
        ended(bytes.load(ordering: .relaxed), whole)
    }
}

extension ResponseBody {
    /// The same body, counted.
    func counted(_ tally: ByteTally) -> ResponseBody {
        ResponseBody(contentLength: contentLength) { writer in
            do {
                try await self.write(CountingWriter(base: writer, tally: tally))
                tally.end(whole: true)
            } catch {
                tally.end(whole: false)
                throw error
            }
        }
    }
}

private struct CountingWriter: ResponseBodyWriter {
    var base: any ResponseBodyWriter
    let tally: ByteTally

    mutating func write(_ buffer: ByteBuffer) async throws {
        try await base.write(buffer)
        tally.add(buffer.readableBytes)
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws { try await base.finish(trailingHeaders) }
}
