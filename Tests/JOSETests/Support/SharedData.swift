// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON

/// The conformance data that lies beside the repository, and the small own sample inside it.
enum SharedData {
    /// The folder of this test target.
    private static let target = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

    /// The data folder: SAFECONDUCT_DATA, or `../shared/data` beside the package.
    static let root: URL = {
        if let path = ProcessInfo.processInfo.environment["SAFECONDUCT_DATA"] { return URL(fileURLWithPath: path) }
        let package = target.deletingLastPathComponent().deletingLastPathComponent()
        return package.deletingLastPathComponent().appendingPathComponent("shared/data")
    }()

    static let hasJOSE = FileManager.default.fileExists(atPath: root.appendingPathComponent("identity/jose").path)

    static func jose(_ name: String) throws -> JSONValue {
        try JSONValue(parsing: [UInt8](Data(contentsOf: root.appendingPathComponent("identity/jose/\(name)"))))
    }

    /// One valid token of each algorithm, made by another implementation (Python's `cryptography`).
    static func sampleTokens() throws -> [(algorithm: String, token: String, key: JSONValue)] {
        let file = target.appendingPathComponent("Samples/tokens.ndjson")
        return try [UInt8](Data(contentsOf: file)).split(separator: 0x0A).map { line in
            let value = try JSONValue(parsing: Array(line))
            return (value["alg"]?.stringValue ?? "", value["jws"]?.stringValue ?? "", value["jwk"] ?? .null)
        }
    }
}
