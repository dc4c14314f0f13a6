// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// Talks to the measured server before and after the measurement: one connection, one call after the other.
final class SetupClient {
    private let socket: LoopbackSocket
    private let buffer = AnswerBuffer()
    private let token: String

    /// - Parameter token: The operator's.
    init(port: UInt16, token: String) throws {
        socket = try LoopbackSocket.connected(to: port)
        self.token = token
    }

    /// Carries out a call and gives the JSON of its answer.
    func call(_ method: String, _ path: String, _ value: JSONValue? = nil) throws -> JSONValue {
        let request =
            value.map { HTTPRequest.json(method, path, token: token, $0) }
            ?? HTTPRequest(method: method, path: path, headers: [("Authorization", "Bearer \(token)")])
        try socket.send(request.bytes)
        buffer.clear()
        while true {
            guard try buffer.fill(from: socket) else { throw BenchFailure("\(method) \(path): no answer") }
            guard let answer = try buffer.answer() else { continue }
            guard (200..<300).contains(answer.status) else {
                throw BenchFailure("\(method) \(path): \(answer.status) \(buffer.text(answer.body))")
            }
            return try JSONValue(parsing: buffer.copy(answer.body))
        }
    }
}
