// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A directory for one test, removed with the value.
final class TemporaryPlace: Sendable {
    /// Where the store of the test lies; not there yet.
    let store: String
    /// Where it may leave other things.
    let beside: String

    init() throws {
        beside = NSTemporaryDirectory() + "safeconduct-store-" + UUID().uuidString
        store = beside + "/data"
        try FileManager.default.createDirectory(atPath: beside, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: beside)
    }

    /// The paths of the store's files.
    func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: store).sorted().map { store + "/" + $0 }
    }

    /// Whether any file of the store holds these bytes.
    func holds(_ bytes: [UInt8]) throws -> Bool {
        try files().contains { try Data(contentsOf: URL(fileURLWithPath: $0)).range(of: Data(bytes)) != nil }
    }

    /// The permission bits of a file or directory.
    static func mode(of path: String) throws -> Int? {
        (try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber)?.intValue
    }
}
