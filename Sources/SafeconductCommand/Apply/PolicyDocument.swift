// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// A policy set's document: its `files` are paths beside it, or `{name, text}`.
enum PolicyDocument {
    /// Puts the texts of the files in place of their paths.
    static func resolve(_ document: inout ApplyDocument, base: String) throws(CommandFailure) {
        guard let entries = document.object["files"]?.arrayValue, !entries.isEmpty else {
            throw document.failure(.error, "/files", "'files' is required: a list of Cedar files")
        }
        var files: [JSONValue] = []
        for (index, entry) in entries.enumerated() {
            guard let path = entry.stringValue else {
                // A text that stands in the document itself; the server reads its shape.
                files.append(entry)
                continue
            }
            do throws(CommandFailure) {
                files += try PolicyFiles.read([path], relativeTo: base).map(\.json)
            } catch {
                throw document.failure(.error, "/files/\(index)", error.message)
            }
        }
        document.object["files"] = .array(files)
    }
}

extension PolicyDocument {
    /// The files of a resolved document.
    static func files(of document: ApplyDocument) -> [PolicyFiles.File] {
        (document.object["files"]?.arrayValue ?? []).compactMap { file in
            guard let name = file["name"]?.stringValue, let text = file["text"]?.stringValue else { return nil }
            return PolicyFiles.File(name: name, text: text)
        }
    }
}
