// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import StrictJSON

/// A client that sends bytes as they are and reads what comes back.
struct TestClient {
    /// One answer.
    struct Answer: Sendable {
        var status = 0
        var headers: [(name: String, value: String)] = []
        var body: [UInt8] = []

        subscript(header: String) -> String? { headers.first { $0.name == header.lowercased() }?.value }

        var text: String { String(decoding: body, as: UTF8.self) }

        var json: JSONValue? { try? JSONValue(parsing: body) }

        /// The stable code of a problem.
        var code: String? {
            guard self["content-type"] == "application/problem+json" else { return nil }
            return json?["code"]?.stringValue
        }
    }

    /// Something that is sent, or a pause.
    enum Step: Sendable {
        case send(String)
        case bytes([UInt8])
        case pause(Duration)
        case finishSending
    }

    let port: Int

    /// Sends the steps and reads until `count` answers have come or the server closed the connection.
    ///
    /// - Returns: The answers, and whether the server closed.
    func talk(_ steps: [Step], answers count: Int = 1, toHead: Bool = false) async throws -> (
        answers: [Answer], closed: Bool
    ) {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true)
                    )
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            let sender = Task {
                for step in steps {
                    switch step {
                    case .send(let text): try await outbound.write(ByteBuffer(string: text))
                    case .bytes(let bytes): try await outbound.write(ByteBuffer(bytes: bytes))
                    case .pause(let time): try await Task.sleep(for: time)
                    case .finishSending: outbound.finish()
                    }
                }
            }
            defer { sender.cancel() }
            var received: [UInt8] = []
            do {
                for try await buffer in inbound {
                    received.append(contentsOf: buffer.readableBytesView)
                    let answers = Self.parse(received, toHead: toHead)
                    if answers.count >= count { return (answers, false) }
                }
            } catch let error as IOError where error.errnoCode == 104 {
                // Reset by the server: what was read before counts.
            }
            return (Self.parse(received, toHead: toHead), true)
        }
    }

    /// One request with the usual headers.
    func send(
        _ method: String,
        _ path: String,
        _ headers: [(String, String)] = [],
        body: String = ""
    ) async throws -> Answer {
        var text = "\(method) \(path) HTTP/1.1\r\n"
        if !headers.contains(where: { $0.0 == "Host" }) { text += "Host: localhost\r\n" }
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        if !body.isEmpty { text += "Content-Length: \(body.utf8.count)\r\n" }
        let answers = try await talk([.send(text + "\r\n" + body)], toHead: method == "HEAD").answers
        return answers.first ?? Answer()
    }

    /// A JSON POST.
    func post(_ path: String, _ body: String, _ headers: [(String, String)] = []) async throws -> Answer {
        try await send("POST", path, [("Content-Type", "application/json")] + headers, body: body)
    }

    /// The answers that are whole.
    static func parse(_ bytes: [UInt8], toHead: Bool = false) -> [Answer] {
        var answers: [Answer] = []
        var rest = bytes[...]
        while let end = rest.firstRange(of: Array("\r\n\r\n".utf8)) {
            let lines = String(decoding: rest[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
            var answer = Answer()
            answer.status = lines.first.flatMap { Int($0.split(separator: " ").dropFirst().first ?? "") } ?? 0
            for line in lines.dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2 else { continue }
                answer.headers.append((parts[0].lowercased(), String(parts[1].drop { $0 == " " })))
            }
            rest = rest[end.upperBound...]
            let length = toHead ? 0 : Int(answer["content-length"] ?? "0") ?? 0
            guard rest.count >= length else { break }
            answer.body = Array(rest.prefix(length))
            rest = rest.dropFirst(length)
            if answer.status >= 200 { answers.append(answer) }
        }
        return answers
    }
}
