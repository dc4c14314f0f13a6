// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import StrictYAML

/// A configuration file as it stands.
struct ConfigFile {
    /// The document; nil when the file says nothing.
    let document: YAMLDocument?
    private let path: String

    /// Reads a file.
    ///
    /// - Throws: ``CommandFailure`` as `file:line:column: message`.
    init(_ path: String) throws(CommandFailure) {
        self.path = path
        let bytes = try InputFile.bytes(path, maximumBytes: 1 << 20)
        let documents: [YAMLDocument]
        do throws(YAMLFailure) { documents = try YAMLReader.documents(bytes) } catch {
            throw CommandFailure(.error, "\(path):\(error.place.line):\(error.place.column): \(error.message)")
        }
        try Self.requireWhole(bytes, path)
        guard documents.count <= 1 else { throw CommandFailure(.error, "\(path): one document is expected") }
        document = documents.first
        if let document, let pointer = Self.missing(document.value, at: "") {
            throw failure(ShapeError(.missing, pointer, "the key has no value; write one, or take the key out"))
        }
    }

    /// Refuses what ends in the middle of a line, as a file does that was half written: `listen: 127.0.0.1:84` is an
    /// address, too. A mapping in braces says by itself where it ends; nothing at all was cut down to nothing.
    private static func requireWhole(_ bytes: [UInt8], _ path: String) throws(CommandFailure) {
        guard let last = bytes.last else {
            throw CommandFailure(.error, "\(path):1:1: the file is empty; a comment says that nothing is meant")
        }
        let isBraced = bytes.first { $0 > UInt8(ascii: " ") } == UInt8(ascii: "{")
        guard last == UInt8(ascii: "\n") || isBraced else {
            let line = bytes.reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
            throw CommandFailure(
                .error,
                "\(path):\(line):1: the file ends within its last line, as one that was cut short does; end the line"
            )
        }
    }

    /// A failure at the place of the file that `error` points to.
    func failure(_ error: ShapeError) -> CommandFailure {
        let place = document?.place(of: error.pointer) ?? YAMLDocument.Place(line: 1, column: 1)
        let key = String(error.pointer.dropFirst().replacing("/", with: "."))
        return CommandFailure(
            .error,
            "\(path):\(place.line):\(place.column): " + (key.isEmpty ? "" : "\(Printable.text(key)): ") + error.message
        )
    }

    /// The first key without a value: a file that somebody has not finished, or that was cut short, must not mean the
    /// default.
    private static func missing(_ value: JSONValue, at pointer: String) -> String? {
        switch value {
        case .null: return pointer
        case .object(let object):
            return object.lazy.compactMap { missing($0.value, at: "\(pointer)/\($0.key)") }.first
        case .array(let elements):
            return elements.enumerated().lazy.compactMap { missing($1, at: "\(pointer)/\($0)") }.first
        default: return nil
        }
    }
}
