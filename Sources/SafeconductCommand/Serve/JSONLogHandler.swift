// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import StrictJSON

/// Log lines as JSON objects, one a line: `time`, `level`, `message`, and the metadata as members of its own.
struct JSONLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .info
    /// Takes whole lines, the line break included.
    let write: @Sendable ([UInt8]) -> Void

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("time")
        writer.string(Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
        writer.key("level")
        writer.string(event.level.rawValue)
        writer.key("message")
        writer.string(event.message.description)
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        // In one order, and never under the names that every line has.
        for (name, value) in all.sorted(by: { $0.key < $1.key }) {
            writer.key(["time", "level", "message"].contains(name) ? "_\(name)" : name)
            writer.string(value.description)
        }
        writer.endObject()
        write(writer.bytes + [0x0A])
    }

    /// A handler that writes to standard error, each line at once.
    static func standardError() -> JSONLogHandler {
        JSONLogHandler { line in try? FileHandle.standardError.write(contentsOf: line) }
    }
}
