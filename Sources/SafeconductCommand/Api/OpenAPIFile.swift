// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Posture

/// An OpenAPI document in a file.
enum OpenAPIFile {
    /// Reads the document at `path`, or from standard input for `-`.
    ///
    /// - Throws: ``CommandFailure`` as `file:line:column: message`.
    static func read(_ path: String) throws(CommandFailure) -> ApiDocument {
        let limits = DocumentLimits.standard
        let bytes = try InputFile.bytes(path, maximumBytes: limits.maximumBytes)
        do throws(PostureError) { return try ApiDocument(parsing: bytes, limits: limits) } catch {
            let place = error.line == nil ? ": \(error.message)" : ":\(error)"
            throw CommandFailure(.error, shown(path) + Printable.text(place))
        }
    }

    /// How messages name the file.
    static func shown(_ path: String) -> String { path == "-" ? "standard input" : path }

    /// Says what the document's owner should know, the first few of it.
    static func talk(_ remarks: [Remark], of path: String, _ output: OutputOptions) {
        for remark in remarks.prefix(8) {
            output.talk("\(shown(path)): \(Printable.text(remark.description))")
        }
        if remarks.count > 8 { output.talk("\(shown(path)): and \(remarks.count - 8) more remarks; -o json has all") }
    }
}
