// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOHTTP1
import Safeconduct
import StrictJSON
import TransparencyLog
import TrustModel
import TrustStore

extension V1Routes {
    /// The leaves of the logs with their bodies, so that an operator can check from elsewhere what the trees commit to.
    var leafRoutes: [Route] {
        [
            Route(
                .GET,
                "/v1/logs/{log}/leaves",
                for: .operator,
                on: .pool,
                document: RouteDocument(
                    "listLeaves",
                    "A log's leaves with salt and body, the oldest first.",
                    query: Parameter.paging,
                    answers: [.ok(.page(of: "Leaf", .leaf), headers: [.link])],
                    problems: [.notFound, .logDamaged, .unavailable]
                )
            ) { call throws(Problem) in
                let page = try PageRequest(call)
                guard let name = LogName(call.parameters[0]) else {
                    throw Problem(.notFound, "there is no log of this name")
                }
                var start: UInt64 = 0
                if let token = page.after {
                    guard let last = UInt64(token), last < UInt64(Int64.max) else { throw PageRequest.badToken }
                    start = last + 1
                }
                let range = start..<start + UInt64(page.size)
                let read: (leaves: [StoredLeaf], size: UInt64)?
                do {
                    read = try await engine.reading { engine in
                        try engine.log(name).map { try Self.leaves(range, of: $0) }
                    }
                } catch {
                    throw Problem(log: error)
                }
                guard let read else { throw Problem(.notFound, "there is no log of this name") }
                let hasMore = start + UInt64(read.leaves.count) < read.size
                return page.reply(Array(read.leaves.enumerated()), hasMore: hasMore) { item, writer in
                    let index = start + UInt64(item.offset)
                    Self.write(item.element, index, to: &writer)
                    return String(index)
                }
            }
        ]
    }

    /// Leaves of a range until there are some megabytes of them: an entry may be large.
    private static func leaves(
        _ range: Range<UInt64>,
        of log: any StoredLog
    ) throws -> (leaves: [StoredLeaf], size: UInt64) {
        let size = try log.head().size
        var (leaves, bytes) = ([StoredLeaf](), 0)
        var next = range.lowerBound
        while next < min(range.upperBound, size), bytes < 4 << 20 {
            let some = try log.leaves(next..<min(next + 16, range.upperBound, size))
            guard !some.isEmpty else { break }
            leaves += some
            bytes += some.reduce(0) { $0 + ($1.body?.count ?? 0) }
            next += UInt64(some.count)
        }
        return (leaves, size)
    }

    private static func write(_ leaf: StoredLeaf, _ index: UInt64, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("index")
        writer.integer(Int64(clamping: index))
        writer.key("commitment")
        writer.string(leaf.commitment.value.base64)
        if let salt = leaf.salt, let body = leaf.body {
            writer.key("salt")
            writer.string(Data(salt.bytes).base64EncodedString())
            writer.key("body")
            writer.string(Data(body).base64EncodedString())
        }
        writer.endObject()
    }
}

extension Problem {
    /// Why a log could not be read: what contradicts itself is told from what does not answer.
    init(log error: any Error) {
        let isDamaged = (error as? StoreError)?.code == .corrupt || (error as? EngineError)?.code == .corrupt
        self.init(
            isDamaged ? .logDamaged : .unavailable,
            isDamaged ? "the log contradicts itself; 'safeconduct log fsck' says where" : "the log can't be read"
        )
    }
}
