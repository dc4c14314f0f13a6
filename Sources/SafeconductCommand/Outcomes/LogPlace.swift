// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON
import TrustModel

/// How far a log file was read: which file, and where in it.
struct LogPlace: Sendable, Equatable {
    /// The file's number in its file system, which it keeps when it is renamed.
    var inode: UInt64
    /// The place of the next line.
    var offset: UInt64
    /// How the file begins: its number may be given to another one after it was deleted.
    var head: Head

    /// The digest of a file's first bytes.
    struct Head: Sendable, Equatable {
        static let maximumBytes = 256
        let bytes: Int
        let digest: String

        init(_ beginning: [UInt8]) {
            bytes = beginning.count
            digest = Fingerprint(of: beginning).description
        }

        init(bytes: Int, digest: String) {
            self.bytes = bytes
            self.digest = digest
        }
    }

    /// What an earlier run left in `file`; nil when there was none.
    ///
    /// - Throws: ``CommandFailure`` when the file holds something else: going on elsewhere would lose lines silently.
    static func read(_ file: String) throws(CommandFailure) -> LogPlace? {
        guard InputFile.exists(file) else { return nil }
        let bytes = try InputFile.bytes(file, maximumBytes: 4096)
        do throws(any Error) {
            var reader = try ObjectReader(try JSONValue(parsing: bytes))
            let numbers = try ["inode", "offset", "head_bytes"].map { key in
                guard let number = UInt64(exactly: try reader.integer(key)) else {
                    throw ShapeError(.value, "/\(key)", "a number of 0 or more is expected")
                }
                return number
            }
            let digest = try reader.string("head")
            try reader.finish()
            return LogPlace(
                inode: numbers[0],
                offset: numbers[1],
                head: Head(bytes: Int(clamping: numbers[2]), digest: digest)
            )
        } catch {
            throw CommandFailure(.error, "\(file): this is no place in a log (\(error)); remove it to begin anew")
        }
    }

    /// Leaves the place in `file`, whole or not at all.
    func write(_ file: String) throws(CommandFailure) {
        var writer = JSONWriter()
        writer.beginObject()
        for (key, number) in [
            ("inode", Int64(clamping: inode)), ("offset", Int64(clamping: offset)), ("head_bytes", Int64(head.bytes)),
        ] {
            writer.key(key)
            writer.integer(number)
        }
        writer.key("head")
        writer.string(head.digest)
        writer.endObject()
        do { try Data(writer.bytes + [0x0A]).write(to: URL(fileURLWithPath: file), options: .atomic) } catch {
            throw CommandFailure(.error, "\(file): the place in the log cannot be kept")
        }
    }
}
