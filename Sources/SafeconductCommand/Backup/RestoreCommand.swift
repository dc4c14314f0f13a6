// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Safeconduct
import StrictJSON

/// `safeconduct restore`.
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put a backup into an empty data directory, as a new generation of its log.",
        discussion: """
            What the log lacks since the backup may have revoked something. So the restored log goes on under a new
            origin and key, everything issued before is cut, and elevated operations are denied until an operator has
            looked and says 'safeconduct log confirm'. Cuts and holds that running nodes know are taken up again from
            the files carried-*.json that they write into the data directory: leave those where they are.

            Nothing is moved into place before the backup's signature and files were checked; with --verify also every
            leaf, tile and checkpoint, and the state.

            Examples:
              safeconduct restore --from /backups/2026-11-21 --data /var/lib/safeconduct --verify \\
                  --master-key /etc/safeconduct/master.key
              safeconduct restore --from /backups/2026-11-21 --check --master-key /etc/safeconduct/master.key
            """
    )

    @Option(name: .customLong("from"), help: ArgumentHelp("The backup.", valueName: "dir"))
    var source: String

    @Option(help: ArgumentHelp("The data directory; empty but for a master key.", valueName: "dir"))
    var data: String?

    @Option(name: .customLong("master-key"), help: ArgumentHelp("The master key's file.", valueName: "file"))
    var masterKey: String?

    @Flag(help: "Check every leaf before anything is moved into place.")
    var verify = false

    @Flag(help: "Check the backup whole and put it nowhere.")
    var check = false

    @OptionGroup(title: "Output") var output: OutputOptions

    func run() async throws {
        let directory = data ?? DataPath.standard(ProcessInfo.processInfo.environment)
        let key = masterKey ?? "\(directory)/master.key"
        let restore = try BackupFailure.told { try Restore(from: source, master: try MasterKey(existing: key)) }
        guard !check else {
            try BackupFailure.told { try restore.verify() }
            try output.print(BackupReport.json(restore.manifest), table: RecordTable.of)
            return output.talk("The backup is whole.")
        }
        let outcome = try BackupFailure.told { try restore.run(into: directory, isThorough: verify) }
        try output.print(
            [
                "generation": .integer(outcome.generation), "origin": .string(outcome.origin),
                "data": .string(directory),
            ],
            table: RecordTable.of
        )
        output.talk("Everything issued before is cut: issue new tokens to enforcement points.")
        output.talk("Elevated operations are denied until 'safeconduct log confirm'.")
    }
}
