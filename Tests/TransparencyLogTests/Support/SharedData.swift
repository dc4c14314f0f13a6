// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import TransparencyLog

/// The vectors that are shared between projects and not kept in this repository.
enum SharedData {
    static let missing: Comment = "the shared vectors are absent (set SAFECONDUCT_DATA to their folder)"

    private static let log: URL = {
        let data: URL
        if let path = ProcessInfo.processInfo.environment["SAFECONDUCT_DATA"] {
            data = URL(fileURLWithPath: path)
        } else {
            let package = (0..<4).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
            data = package.deletingLastPathComponent().appendingPathComponent("shared/data")
        }
        return data.appendingPathComponent("governance/tlog")
    }()

    static var isPresent: Bool {
        FileManager.default.fileExists(atPath: log.appendingPathComponent("inclusion.json").path)
    }

    static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: log.appendingPathComponent(path)))
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from path: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(contentsOf: log.appendingPathComponent(path)))
    }

    /// The data of all 600 leaves.
    static func leaves() throws -> [[UInt8]] {
        try decode([Data].self, from: "leaves_b64.json").map { Array($0) }
    }
}

/// Fails the test at hand when `text` is not a hash.
func hash32(_ text: String) throws -> Hash32 {
    try #require(Hash32(base64: text))
}

func utf8(_ text: String) -> [UInt8] {
    Array(text.utf8)
}
