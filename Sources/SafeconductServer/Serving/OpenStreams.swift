// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The answers without an end that are being sent, so that a server that stops can end them.
final class OpenStreams: Sendable {
    private struct Table {
        var next = 0
        var ends: [Int: @Sendable () -> Void] = [:]
        var isOver = false
    }

    private let table = Mutex(Table())

    /// Notes a stream; after ``endAll()`` it is ended at once.
    func add(_ end: @escaping @Sendable () -> Void) -> Int {
        let (ticket, isOver) = table.withLock { table in
            table.next += 1
            if !table.isOver { table.ends[table.next] = end }
            return (table.next, table.isOver)
        }
        if isOver { end() }
        return ticket
    }

    func remove(_ ticket: Int) { table.withLock { _ = $0.ends.removeValue(forKey: ticket) } }

    /// Ends every stream, and those that come later.
    func endAll() {
        let ends = table.withLock { table in
            table.isOver = true
            defer { table.ends = [:] }
            return Array(table.ends.values)
        }
        for end in ends { end() }
    }
}
