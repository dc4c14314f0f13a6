// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Wakes those who wait until the control log has grown.
final class GrowthBell: Sendable {
    private struct Waiting {
        let size: UInt64
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct Queue {
        var size: UInt64
        var next: UInt64 = 0
        var waiting: [UInt64: Waiting] = [:]
        /// Those that are in ``GrowthBell/wait(for:atMost:)``, and whether their wait was ended before it began.
        var isEnded: [UInt64: Bool] = [:]
    }

    private let queue: Mutex<Queue>

    /// A bell that knows of `size` entries.
    init(size: UInt64) { queue = Mutex(Queue(size: size)) }

    /// The log has `size` entries now.
    func ring(_ size: UInt64) {
        let awake = queue.withLock { queue in
            queue.size = max(queue.size, size)
            let awake = queue.waiting.filter { $0.value.size <= queue.size }
            for key in awake.keys { queue.waiting[key] = nil }
            return awake.values.map(\.continuation)
        }
        for continuation in awake { continuation.resume() }
    }

    /// Waits until the log has `size` entries, but no longer than `time`; cancellation ends the wait, too.
    func wait(for size: UInt64, atMost time: Duration) async {
        let ticket = queue.withLock { queue -> UInt64? in
            guard queue.size < size else { return nil }
            queue.next += 1
            queue.isEnded[queue.next] = false
            return queue.next
        }
        guard let ticket else { return }
        let alarm = Task { [self] in
            if (try? await Task.sleep(for: time)) != nil { leave(ticket) }
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let entered = queue.withLock { queue in
                    guard queue.size < size, queue.isEnded[ticket] == false else { return false }
                    queue.waiting[ticket] = Waiting(size: size, continuation: continuation)
                    return true
                }
                if !entered { continuation.resume() }
            }
        } onCancel: {
            leave(ticket)
        }
        alarm.cancel()
        queue.withLock { $0.isEnded[ticket] = nil }
    }

    private func leave(_ ticket: UInt64) {
        let waiting = queue.withLock { queue in
            let waiting = queue.waiting.removeValue(forKey: ticket)
            if queue.isEnded[ticket] != nil { queue.isEnded[ticket] = true }
            return waiting
        }
        waiting?.continuation.resume()
    }
}
