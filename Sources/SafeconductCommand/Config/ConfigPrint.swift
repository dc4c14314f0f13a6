// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import StrictJSON
import StrictYAML

/// `safeconduct config print`.
struct ConfigPrint: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "print",
        abstract: "Print the settings that a server would run with.",
        discussion: """
            Without --effective only what the file and the variables say; with it, the defaults, too. As a table with the
            source of each; as YAML it is a configuration file again.

            Examples:
              safeconduct config print --effective safeconduct.yaml
              safeconduct config print --effective --redacted -o yaml safeconduct.yaml
            """
    )

    @OptionGroup(title: "Output") var output: OutputOptions

    @Flag(help: "Also what nobody said anything about.")
    var effective = false

    @Flag(help: "Leave out where secrets lie, for a copy that others read.")
    var redacted = false

    @Argument(help: "The configuration file; without one, variables and defaults.")
    var file: String?

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        // What is printed is what would be run with: a mistake ends this as it would end a start.
        var layers = [try SettingsLayer(environment: environment)]
        if let file { layers.append(try SettingsLayer(file: file)) }
        // Where the data lie is said or not; nothing is made there.
        _ = try ServerSettings(layers, data: "")
        let document = try file.map { path throws(CommandFailure) in try ConfigFile(path) }?.document
        var settings = EffectiveSettings(environment: environment, file: document?.value)
        if redacted { settings = settings.redacted() }
        try output.print(settings.document(isEffective: effective)) { _ in
            Table(
                titles: ["SETTING", "VALUE", "SOURCE"],
                rows: settings.rows.filter { effective || $0.source != "default" }
                    .map { [$0.path, CellText.of($0.value), $0.source] },
                empty: "nothing is said; --effective shows the defaults"
            )
        }
    }
}
