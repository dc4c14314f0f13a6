// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import SafeconductClient

extension Question {
    static let sample = Question(
        subject: .proven(Redacted("workload-token")),
        resource: .route(method: "GET", host: "orders.test", path: "/orders/7")
    )
}

/// The failure of `body`; nil when it did not fail.
func failure<Value>(of body: () async throws(ClientError) -> Value) async -> ClientError? {
    do throws(ClientError) {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}

/// A new directory that is removed when `body` ends.
func withDirectory<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let path = NSTemporaryDirectory() + "safeconduct-client-\(UInt64.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(path)
}

func write(_ text: String, to path: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }
