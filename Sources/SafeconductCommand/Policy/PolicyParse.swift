// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Cedar
import Foundation
import StrictJSON

/// `safeconduct policy parse`.
struct PolicyParse: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parse",
        abstract: "Say whether texts are Cedar policies, or schemas, line by line. No server is asked.",
        discussion: """
            A line: {"id", "text"}
            Its answer: {"id", "accepts", "error"?}

            With --schema the texts are schemas in the Cedar schema language.

            Example: safeconduct policy parse --batch < texts.ndjson > answers.ndjson
            """
    )

    @OptionGroup var options: BatchOptions

    @Flag(help: "Read the texts as schemas.")
    var schema = false

    func run() throws {
        let isSchema = schema
        let maximum = PolicyBatch.limits.maximumBytes
        try BatchRun.run(input: STDIN_FILENO, output: STDOUT_FILENO, maximumBytes: maximum) { line in
            isSchema ? PolicyBatch.parseSchema(line) : PolicyBatch.parse(line)
        }
    }
}
