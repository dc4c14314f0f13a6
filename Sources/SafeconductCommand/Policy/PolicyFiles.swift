// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import Foundation
import StrictJSON
import TrustModel

/// Files on this machine, as a policy set's `files`: policies, their schema and their tests.
enum PolicyFiles {
    /// One file.
    struct File: Equatable {
        let name: String
        let text: String

        var json: JSONValue { ["name": .string(name), "text": .string(text)] }

        /// As the set has it.
        var stored: TrustModel.PolicySet.File { TrustModel.PolicySet.File(name: name, text: text) }
    }

    /// What belongs to a set in a directory.
    static let endings = [".cedar", ".cedarschema", ".policytest.yaml"]

    /// The files that `paths` name; of a directory every `*.cedar`, `*.cedarschema` and `*.policytest.yaml` in it, by
    /// name.
    ///
    /// - Parameters:
    ///   - paths: What a person wrote; it becomes the file's name in the set.
    ///   - base: What relative paths are relative to.
    ///   - isParsed: Whether policies have to be Cedar; whoever tells all faults at once takes them as they are.
    /// - Throws: ``CommandFailure`` as `file:line:column: message` when one cannot be read or is no Cedar.
    static func read(
        _ paths: [String],
        relativeTo base: String = "",
        isParsed: Bool = true
    ) throws(CommandFailure) -> [File] {
        var files: [File] = []
        for path in paths {
            let place = base.isEmpty || path.hasPrefix("/") ? path : "\(base)/\(path)"
            guard InputFile.isDirectory(place) else {
                files.append(try file(path, at: place, isParsed))
                continue
            }
            let names = try InputFile.names(in: place, endings: endings + [misspelt])
            guard names.contains(where: { $0.hasSuffix(".cedar") }) else {
                throw CommandFailure(.error, "\(place): no file here ends in .cedar")
            }
            for name in names { files.append(try file("\(path)/\(name)", at: "\(place)/\(name)", isParsed)) }
        }
        return files
    }

    /// Tests that would be taken for policies, or passed over with a directory.
    private static let misspelt = ".policytest.yml"

    private static func file(
        _ name: String,
        at place: String,
        _ isParsed: Bool
    ) throws(CommandFailure) -> File {
        guard !name.hasSuffix(misspelt) else {
            throw CommandFailure(
                .error,
                Printable.text("\(place): the names of tests end in .policytest.yaml, not .yml")
            )
        }
        let bytes = try InputFile.bytes(place, maximumBytes: TrustModel.PolicySet.longestText)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure(.error, "\(place): the file is not UTF-8")
        }
        let file = File(name: name, text: text)
        guard isParsed, file.stored.content == .policies else { return file }
        do throws(ParseError) { _ = try Cedar.PolicySet(parsing: text) } catch {
            throw CommandFailure(
                .error,
                "\(place):\(error.position.line):\(error.position.column): \(error.message)"
            )
        }
        return file
    }

    /// Whether an active set, as the server shows it, has exactly these files.
    static func areActive(_ files: [File], in set: JSONValue) -> Bool {
        let active = set["files"]?.arrayValue ?? []
        return active.count == files.count
            && zip(active, files).allSatisfy {
                $0["name"] == .string($1.name) && $0["text"] == .string($1.text)
            }
    }
}
