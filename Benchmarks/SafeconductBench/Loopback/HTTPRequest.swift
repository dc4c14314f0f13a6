// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// One HTTP/1.1 request of the benchmark, and its bytes.
struct HTTPRequest {
    var method = "GET"
    var path: String
    var headers: [(String, String)] = []
    var body: [UInt8] = []

    /// A request with a JSON body.
    static func json(_ method: String, _ path: String, token: String, _ value: JSONValue) -> HTTPRequest {
        HTTPRequest(
            method: method,
            path: path,
            headers: [("Authorization", "Bearer \(token)"), ("Content-Type", "application/json")],
            body: value.serialized()
        )
    }

    /// The request as it is sent.
    var bytes: [UInt8] {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: orders.shop.example\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if !body.isEmpty || method != "GET" { head += "Content-Length: \(body.count)\r\n" }
        return Array((head + "\r\n").utf8) + body
    }
}
