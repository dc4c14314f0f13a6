// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
import Synchronization

/// Keeps a number of connections busy, each with one request at a time, and checks every answer.
///
/// One thread serves all connections by default: the generator runs on the cores that the server needs, so it should
/// take as little of them as it can.
struct LoadGenerator {
    /// What came of a stretch of load.
    struct Outcome {
        var requests = 0
        var seconds = 0.0
        var latencies = Latencies()

        /// Requests answered in a second.
        var rate: Double { seconds > 0 ? Double(requests) / seconds : 0 }

        /// Adds another stretch of the same load.
        mutating func add(_ other: Outcome) {
            requests += other.requests
            seconds += other.seconds
            latencies.add(other.latencies)
        }
    }

    let port: UInt16
    let connections: Int
    let threads: Int

    /// Sends `request` over and over for so long.
    func run(_ request: HTTPRequest, _ check: AnswerCheck, seconds: Double) throws -> Outcome {
        let bytes = request.bytes
        let threads = max(1, min(threads, connections))
        let outcomes = Mutex<[Result<Outcome, any Error>]>([])
        let port = port
        let shares = (0..<threads).map { connections / threads + ($0 < connections % threads ? 1 : 0) }
        DispatchQueue.concurrentPerform(iterations: threads) { index in
            let outcome = Result {
                try LoadThread(port: port, connections: shares[index], bytes, check).run(seconds: seconds)
            }
            outcomes.withLock { $0.append(outcome) }
        }
        var whole = Outcome()
        for outcome in outcomes.withLock({ $0 }) {
            let part = try outcome.get()
            whole.requests += part.requests
            whole.seconds = max(whole.seconds, part.seconds)
            whole.latencies.add(part.latencies)
        }
        return whole
    }
}

/// The connections of one thread.
private final class LoadThread {
    private final class Connection {
        let socket: LoopbackSocket
        let buffer = AnswerBuffer()
        var sent: UInt64 = 0

        init(_ socket: LoopbackSocket) { self.socket = socket }
    }

    private let connections: [Connection]
    private let request: [UInt8]
    private let check: AnswerCheck
    private var polls: [pollfd]

    init(port: UInt16, connections: Int, _ request: [UInt8], _ check: AnswerCheck) throws {
        self.connections = try (0..<connections).map { _ in Connection(try LoopbackSocket.connected(to: port)) }
        self.request = request
        self.check = check
        polls = self.connections.map { pollfd(fd: $0.socket.descriptor, events: Int16(POLLIN), revents: 0) }
    }

    func run(seconds: Double) throws -> LoadGenerator.Outcome {
        var outcome = LoadGenerator.Outcome()
        let start = Stopwatch.now()
        let deadline = start + UInt64(seconds * 1e9)
        for connection in connections { try send(on: connection) }
        var outstanding = connections.count
        while outstanding > 0 {
            guard poll(&polls, nfds_t(polls.count), 10_000) > 0 else {
                throw BenchFailure("no answer for ten seconds")
            }
            for index in polls.indices where polls[index].revents != 0 {
                let connection = connections[index]
                guard try connection.buffer.fill(from: connection.socket) else {
                    throw BenchFailure("the server closed a connection in use")
                }
                guard let answer = try connection.buffer.answer() else { continue }
                try check.check(answer, in: connection.buffer)
                let now = Stopwatch.now()
                outcome.latencies.add(now - connection.sent)
                outcome.requests += 1
                if now < deadline {
                    try send(on: connection)
                } else {
                    // Not asked again, and not looked at any more.
                    polls[index].fd = -1
                    outstanding -= 1
                }
            }
        }
        outcome.seconds = Double(Stopwatch.now() - start) / 1e9
        return outcome
    }

    private func send(on connection: Connection) throws {
        connection.buffer.clear()
        connection.sent = Stopwatch.now()
        try connection.socket.send(request)
    }
}
