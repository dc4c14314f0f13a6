// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import WorkloadIdentity

/// `safeconduct identity parse-id`.
struct IdentityParseID: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parse-id",
        abstract: "Tell SPIFFE IDs from other texts, line by line. No server is asked.",
        discussion: """
            A line: {"id", "text"}
            Its answer: {"id", "valid", "error"?}

            Example: safeconduct identity parse-id --batch < texts.ndjson > answers.ndjson
            """
    )

    @OptionGroup var options: BatchOptions

    func run() throws {
        try BatchRun.run(input: STDIN_FILENO, output: STDOUT_FILENO) { SPIFFEIDBatch.answer($0) }
    }
}
