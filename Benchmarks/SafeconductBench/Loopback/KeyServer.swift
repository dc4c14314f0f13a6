// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import JOSE
import StrictJSON

/// An issuer of workload tokens inside the benchmark: it signs with ES256 and serves its key set over plain http on a
/// loopback port.
final class KeyServer: Sendable {
    private let key = SigningKey.generate(.es256)
    private let listener: LoopbackSocket
    /// The issuer's URL, the `iss` of its tokens.
    let url: String

    init() throws {
        let (listener, port) = try LoopbackSocket.listening()
        self.listener = listener
        url = "http://127.0.0.1:\(port)"
        let body = JSONValue.object(JSONObject([("keys", [.object(key.verificationKey.jwk)])])).serialized()
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: max-age=3600\r\n"
        let answer = Array("\(head)Content-Length: \(body.count)\r\nConnection: close\r\n\r\n".utf8) + body
        Thread.detachNewThread {
            let buffer = AnswerBuffer()
            while let connection = listener.accepted() {
                // Whatever was asked, this is the answer; a caller that went away meanwhile misses nothing.
                guard (try? buffer.fill(from: connection)) == true else { continue }
                buffer.clear()
                try? connection.send(answer)
            }
        }
    }

    deinit { listener.shut() }

    /// The key set's address.
    var keysURL: String { "\(url)/keys" }

    /// The public half of the key that signs.
    var verificationKey: VerificationKey { key.verificationKey }

    /// A token of the subject that lasts an hour.
    func token(subject: String, audience: String) throws -> String {
        let now = Int64(Date().timeIntervalSince1970)
        let claims: JSONValue = [
            "iss": .string(url), "sub": .string(subject), "aud": .string(audience), "iat": .integer(now),
            "nbf": .integer(now), "exp": .integer(now + 3600), "jti": .string(UUID().uuidString),
        ]
        return String(decoding: try key.sign(claims.serialized(), type: "JWT"), as: UTF8.self)
    }
}
