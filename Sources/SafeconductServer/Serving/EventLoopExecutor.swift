// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Synchronization

/// Lets a handler's task run on its connection's event loop, so that an answer that waits for nothing changes no
/// thread between the request and the response.
final class EventLoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// One executor for each event loop.
final class EventLoopExecutors: Sendable {
    private let byLoop = Mutex<[ObjectIdentifier: EventLoopExecutor]>([:])

    /// The executor of `loop`; asked once for each connection.
    func executor(of loop: any EventLoop) -> EventLoopExecutor {
        byLoop.withLock { executors in
            if let executor = executors[ObjectIdentifier(loop)] { return executor }
            let executor = EventLoopExecutor(loop)
            executors[ObjectIdentifier(loop)] = executor
            return executor
        }
    }
}
