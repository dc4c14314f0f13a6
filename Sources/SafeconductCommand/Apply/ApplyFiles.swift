// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictYAML

/// Reads the documents of the files that a person named.
enum ApplyFiles {
    /// The most documents of one run: each is held in memory until all were checked.
    static let documentLimit = 100_000
    /// The most bytes of its files together.
    static let byteLimit = 32 << 20

    /// The documents, file by file; of a directory those of its `*.yaml` and `*.yml` files by name.
    static func read(_ paths: [String]) throws(CommandFailure) -> [ApplyDocument] {
        var documents: [ApplyDocument] = []
        var left = byteLimit
        for path in paths {
            guard path != "-", InputFile.isDirectory(path) else {
                documents += try file(path, &left)
                continue
            }
            let names = try InputFile.names(in: path, endings: [".yaml", ".yml"])
            guard !names.isEmpty else { throw CommandFailure(.error, "\(path): no file here ends in .yaml") }
            for name in names {
                documents += try file("\(path)/\(name)", &left)
                try check(documents.count)
            }
        }
        try check(documents.count)
        guard !documents.isEmpty else { throw CommandFailure(.error, "the files hold no documents") }
        return documents
    }

    private static func check(_ count: Int) throws(CommandFailure) {
        guard count <= documentLimit else {
            throw CommandFailure(.error, "the files hold more than \(documentLimit) documents; apply them in parts")
        }
    }

    private static func file(_ path: String, _ left: inout Int) throws(CommandFailure) -> [ApplyDocument] {
        let bytes = try InputFile.bytes(path, maximumBytes: YAMLReader.maximumBytes)
        left -= bytes.count
        guard left >= 0 else {
            throw CommandFailure(
                .error,
                "the files have more than \(byteLimit >> 20) MiB together; apply them in parts"
            )
        }
        let shown = path == "-" ? "standard input" : path
        let yaml: [YAMLDocument]
        do throws(YAMLFailure) { yaml = try YAMLReader.documents(bytes) } catch {
            throw CommandFailure(.error, "\(shown):\(error.place.line):\(error.place.column): \(error.message)")
        }
        var documents: [ApplyDocument] = []
        for document in yaml {
            var read = try ApplyDocument(document, file: shown)
            if read.kind == .policySet { try PolicyDocument.resolve(&read, base: directory(of: path)) }
            documents.append(read)
        }
        return documents
    }

    /// What relative paths in a file are relative to.
    private static func directory(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }
}
