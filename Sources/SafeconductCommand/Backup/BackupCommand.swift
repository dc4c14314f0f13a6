// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Safeconduct
import StrictJSON
import TrustModel
import TrustStore

/// `safeconduct backup`.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy a data directory as it is at one moment, while the server runs.",
        discussion: """
            The copy is checked whole and signed; it never holds the master key, without which nobody can use it: keep
            that apart. Months of evidence are copied as they are.

            Example: safeconduct backup --data /var/lib/safeconduct --to /backups/2026-11-21
            """
    )

    @Option(help: ArgumentHelp("The data directory.", valueName: "dir"))
    var data: String?

    @Option(name: .customLong("master-key"), help: ArgumentHelp("The master key's file.", valueName: "file"))
    var masterKey: String?

    @Option(help: ArgumentHelp("A directory that does not exist yet, or is empty.", valueName: "dir"))
    var to: String

    @OptionGroup(title: "Output") var output: OutputOptions

    func run() async throws {
        let directory = data ?? DataPath.standard(ProcessInfo.processInfo.environment)
        let manifest = try BackupFailure.told {
            let master = try MasterKey(existing: masterKey ?? "\(directory)/master.key")
            return try Backup.make(of: directory, master: master, to: to)
        }
        try output.print(BackupReport.json(manifest), table: RecordTable.of)
        output.talk("Keep the master key apart from it: the backup is of no use without, and of much with it.")
    }
}

/// What a backup consists of, for people and scripts.
enum BackupReport {
    static func json(_ manifest: BackupManifest) -> JSONValue {
        [
            "made_at": .string(manifest.madeAt.description), "origin": .string(manifest.origin),
            "generation": .integer(manifest.generation), "rev": .integer(Int64(clamping: manifest.rev)),
            "state_digest": .string(manifest.stateDigest),
            "files": .array(manifest.files.map { .string($0.name) }),
            "bytes": .integer(manifest.files.reduce(0) { $0 + $1.bytes }),
        ]
    }
}

/// The failures of backups and restores, in one sentence.
enum BackupFailure {
    static func told<Result>(_ body: () throws -> Result) throws(CommandFailure) -> Result {
        do {
            return try body()
        } catch let error as EngineError {
            throw CommandFailure(.error, Printable.text(error.message))
        } catch let error as StoreError {
            throw CommandFailure(error.code == .busy ? .unavailable : .error, Printable.text(error.message))
        } catch let error as FoldError {
            throw CommandFailure(.error, Printable.text(error.message))
        } catch {
            throw CommandFailure(.error, "it failed: \(Printable.text("\(error)"))")
        }
    }
}
