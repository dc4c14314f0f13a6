// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Cedar
import StrictJSON

/// `safeconduct policy fmt`.
struct PolicyFormatCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fmt",
        abstract: "Lay policies out alike. Comments stay, meaning and names do not change. No server is asked.",
        discussion: """
            Prints what is laid out; with --write each file is replaced, whole or not at all, if that changes it. When one \
            of the files is no Cedar, that is told by file, line and column, and nothing is printed or written.

            Schemas and tests are not laid out: their comments would be lost. In a directory they are passed over.

            Examples:
              safeconduct policy fmt --write policies/
              safeconduct policy fmt --check policies/     lists what would change; exit code 1 when that is anything
              safeconduct policy fmt - < draft.cedar
            """,
        aliases: ["format"]
    )

    @Argument(help: "Cedar files, or directories with *.cedar files; - for standard input.")
    var paths: [String]

    @Flag(name: [.short, .long], help: "Replace the files instead of printing.")
    var write = false

    @Flag(
        name: [.short, .long],
        help: "Print only which files would change; exit code 1 when any would."
    )
    var check = false

    @Option(help: "The longest line, in characters; what can't be broken may be longer.")
    var width = 80

    @Option(help: "The spaces of one level.")
    var indent = 2

    @Flag(name: [.short, .long], help: "Say nothing on standard error but failures.")
    var quiet = false

    func validate() throws {
        if write, check { throw ValidationError("--write changes files and --check only looks: give one of them") }
        if write, paths.contains("-") { throw ValidationError("standard input can't be written to; leave --write out") }
        guard (20...1000).contains(width) else { throw ValidationError("--width is 20 to 1000") }
        guard (1...16).contains(indent) else { throw ValidationError("--indent is 1 to 16") }
    }

    func run() throws {
        let files = try layOut()
        let changed = files.filter(\.isChanged)
        if write {
            for file in changed {
                try ReplacedFile.replace(file.path, Array(file.after.utf8))
                if !quiet { Console.talk(Printable.text("laid out \(file.path)")) }
            }
        } else if check {
            try Console.data(changed.map { Printable.text($0.path) + "\n" }.joined())
        } else {
            try Console.data(files.map(\.after).filter { !$0.isEmpty }.joined(separator: "\n"))
        }
        if write || check, !quiet {
            Console.talk("\(changed.count) of \(files.count) files \(write ? "changed" : "would change").")
        }
        if check, !changed.isEmpty { throw ExitCode(ExitStatus.error.rawValue) }
    }

    /// A file as it is and as it should be.
    struct LaidOut {
        let path, before, after: String
        var isChanged: Bool { !sameBytes(before, after) }
    }

    /// Lays all files out, or tells all that can't be.
    func layOut() throws(CommandFailure) -> [LaidOut] {
        var files: [LaidOut] = []
        var faults: [String] = []
        for path in try places() {
            let name = path == "-" ? "standard input" : path
            let bytes = try InputFile.bytes(path, maximumBytes: ParserLimits.standard.maximumBytes)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                faults.append("\(name): the text is not UTF-8")
                continue
            }
            do throws(ParseError) {
                let after = try PolicyFormatter.format(text, width: width, indent: indent)
                files.append(LaidOut(path: path, before: text, after: after))
            } catch {
                faults.append("\(name):\(error.position.line):\(error.position.column): \(error.message)")
            }
        }
        guard faults.isEmpty else {
            let lines = faults.map { Printable.text($0) }
            throw CommandFailure(.error, lines[0], hints: Array(lines.dropFirst()))
        }
        return files
    }

    private func places() throws(CommandFailure) -> [String] {
        var places: [String] = []
        for path in paths {
            if InputFile.isDirectory(path) {
                let names = try InputFile.names(in: path, endings: [".cedar"])
                if names.isEmpty { throw CommandFailure(.error, "\(path): no file here ends in .cedar") }
                places += names.map { path.hasSuffix("/") ? path + $0 : "\(path)/\($0)" }
            } else if PolicyFiles.endings.contains(where: { $0 != ".cedar" && path.hasSuffix($0) }) {
                throw CommandFailure(.error, "\(path): only policies are laid out; of this its comments would be lost")
            } else {
                places.append(path)
            }
        }
        return places
    }
}
