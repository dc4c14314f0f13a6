// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Safeconduct
import StrictJSON
import TrustModel
import TrustStore

/// `safeconduct log fsck`.
struct LogFsck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fsck",
        abstract: "Check a data directory whole: every leaf, tile and checkpoint, the state, anchors and references.",
        discussion: """
            Reads the files themselves, beside a running server or without one, and changes nothing. It needs no key.
            A leaf without its body is a fault, too: nothing here erases one.

            Example: safeconduct log fsck --data /var/lib/safeconduct

            Exit code 1 when anything does not fit together.
            """
    )

    @Option(help: ArgumentHelp("The data directory.", valueName: "dir"))
    var data: String?

    @OptionGroup(title: "Output") var output: OutputOptions

    func run() async throws {
        let directory = data ?? DataPath.standard(ProcessInfo.processInfo.environment)
        let check: DirectoryCheck
        do {
            check = try DirectoryCheck(directory: directory)
        } catch let error as StoreError {
            throw CommandFailure(error.code == .unavailable ? .notFound : .error, "\(directory): \(error.message)")
        }
        try output.print(CheckReport.json(check)) { _ in CheckReport.table(check) }
        guard check.isClean else {
            throw CommandFailure(
                .error,
                "\(directory): the logs do not fit together",
                hints: CheckReport.faults(check) + ["Keep a copy of the directory, then restore a backup."]
            )
        }
    }
}

/// What a check of a data directory found, for people and scripts.
enum CheckReport {
    static func json(_ check: DirectoryCheck) -> JSONValue {
        let logs = check.logs.map { log -> JSONValue in
            [
                "name": .string(log.name.description), "origin": .string(log.origin),
                "leaves": .integer(Int64(clamping: log.leaves)),
                "without_body": .integer(Int64(clamping: log.withoutBody)),
                "anchors": .integer(Int64(log.anchors)), "faults": .array(log.faults.map { .string($0) }),
            ]
        }
        return [
            "clean": .bool(check.isClean), "items": .array(logs),
            "faults": .array(check.faults.map { .string($0) }),
            "rev": check.state.rev.map { .integer(Int64(clamping: $0)) } ?? .null,
            "state_digest": .string(check.state.digest.description),
        ]
    }

    static func table(_ check: DirectoryCheck) -> Table {
        Table(
            titles: ["LOG", "LEAVES", "NO BODY", "ANCHORS", "RESULT"],
            rows: check.logs.map { log in
                [
                    log.name.description, String(log.leaves), String(log.withoutBody), String(log.anchors),
                    log.faults.isEmpty ? "whole" : "\(log.faults.count) FAULTS",
                ]
            }
        )
    }

    static func faults(_ check: DirectoryCheck) -> [String] {
        check.faults.map(Printable.text)
            + check.logs.flatMap { log in log.faults.map { "\(log.name): \(Printable.text($0))" } }
    }
}
