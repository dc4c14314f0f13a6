// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON
import Testing

@testable import Posture

/// The documents that are shared between projects, with the counts of another reader; absent on a stranger's machine.
enum Corpus {
    struct Entry: Sendable, CustomTestStringConvertible {
        let file: String
        let version: String
        let summary: PostureSummary
        let webhooks: Int

        var testDescription: String { file }
    }

    static let directory: String = {
        let data = ProcessInfo.processInfo.environment["SAFECONDUCT_DATA"]
        return "\(data ?? root + "/../shared/data")/governance/openapi"
    }()

    static let entries: [Entry] = {
        guard let manifest = bytes("manifest.json"), let list = try? JSONValue(parsing: manifest).arrayValue else {
            return []
        }
        return list.compactMap { item in
            guard let file = item["file"]?.stringValue else { return nil }
            let count = { (name: String) in Int(item[name]?.integerValue ?? -1) }
            return Entry(
                file: file,
                version: item["version"]?.stringValue ?? "",
                summary: PostureSummary(
                    operations: count("ops"),
                    unsecured: count("unsecured"),
                    optional: count("optional"),
                    deprecated: count("deprecated"),
                    schemes: item["schemes"]?.arrayValue?.compactMap(\.stringValue) ?? []
                ),
                webhooks: count("webhooks")
            )
        }
    }()

    static func bytes(_ file: String) -> [UInt8]? {
        FileManager.default.contents(atPath: "\(directory)/\(file)").map { [UInt8]($0) }
    }

    /// A document of the repository's own.
    static func sample(_ name: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(filePath: "\(root)/Tests/PostureTests/Samples/\(name)")))
    }

    private static let root: String = {
        var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        parts.removeLast(3)
        return parts.joined(separator: "/")
    }()
}
