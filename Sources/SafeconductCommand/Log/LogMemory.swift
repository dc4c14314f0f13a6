// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Safeconduct
import StrictJSON
import TransparencyLog

/// What was seen of each log the last time: kept here, so that a server cannot show this machine two histories.
struct LogMemory: Sendable {
    /// The key and checkpoint of a log.
    struct Seen: Sendable, Equatable {
        /// The key (vkey) that the log was first seen with.
        var key: String
        /// The size and root of the newest checkpoint that held.
        var size: UInt64
        var root: Hash32
    }

    private let directory: String
    private var path: String { "\(directory)/seen-logs.json" }

    /// The memory in the user's state directory.
    init(environment: [String: String]) {
        directory = DataPath.state(environment) + "/safeconduct-client"
    }

    /// The memory in `directory`.
    init(directory: String) { self.directory = directory }

    /// All logs seen, by origin.
    func load() throws(CommandFailure) -> [String: Seen] {
        guard FileManager.default.fileExists(atPath: path) else { return [:] }
        let bytes = try InputFile.bytes(path, maximumBytes: 16 << 20)
        do {
            var seen: [String: Seen] = [:]
            for (origin, value) in try JSONValue(parsing: bytes).objectValue?.map({ ($0.key, $0.value) }) ?? [] {
                var reader = try ObjectReader(value, at: "/\(origin)")
                guard let size = UInt64(try reader.string("size")), let root = Hash32(base64: try reader.string("root"))
                else { throw ShapeError(.value, reader.pointer, "the size or root is malformed") }
                seen[origin] = Seen(key: try reader.string("key"), size: size, root: root)
            }
            return seen
        } catch {
            throw CommandFailure(
                .error,
                "\(path): what was seen of the logs is unreadable: \(error)",
                hints: ["Without it nothing can be compared; move the file away to begin again."]
            )
        }
    }

    /// Keeps what was seen.
    func save(_ seen: [String: Seen]) throws(CommandFailure) {
        var object = JSONObject()
        for (origin, log) in seen.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            object[origin] = [
                "key": .string(log.key), "size": .string(String(log.size)), "root": .string(log.root.base64),
            ]
        }
        do {
            try FileManager.default.createDirectory(
                atPath: directory,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
            try PrivateFile.replace(path, PrettyJSON.text(.object(object)))
        } catch {
            throw CommandFailure(.error, "\(path): what was seen of the logs cannot be kept")
        }
    }
}
