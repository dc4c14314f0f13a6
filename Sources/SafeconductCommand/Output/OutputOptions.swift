// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// The options of every command that prints data.
struct OutputOptions: ParsableArguments {
    @Option(name: [.customShort("o"), .customLong("output")], help: "The form of the data: table, json or yaml.")
    var format: OutputFormat = .table

    @Flag(name: [.short, .long], help: "Say nothing on standard error but failures.")
    var quiet = false

    @Flag(name: .customLong("no-color"), help: "No colours, as with NO_COLOR set.")
    var noColour = false

    /// Says a line unless the caller wants none.
    func talk(_ line: @autoclosure () -> String) {
        if !quiet { Console.talk(line()) }
    }

    /// Prints `value`, for people as `table` lays it out.
    func print(_ value: JSONValue, table: (JSONValue) -> Table) throws(CommandFailure) {
        switch format {
        case .json: try Console.data(PrettyJSON.text(value))
        case .yaml: try Console.data(YAMLText.text(value))
        case .table: try Console.data(table(value).text(bold: Console.takesColour(noColour: noColour)))
        }
    }
}
