// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Cedar
import Foundation
import StrictJSON

/// `safeconduct policy evaluate`.
struct PolicyEvaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Evaluate Cedar policies, line by line. No server is asked.",
        discussion: """
            A line: {"id", "policies", "entities", "requests": [{"principal": {"type", "id"}, "action", "resource", \
            "context"}]}
            Its answer: {"id", "results": [{"decision", "reason", "errors"}]}; of a bad line {"id", "error"}.
            With a "schema" (text) entities and requests are read with it; with "validate": "strict" or "permissive"
            as well the answer has a "validation": {"strict", "permissive", "per_policy", "errors"}.

            Example: safeconduct policy evaluate --batch < cases.ndjson > answers.ndjson
            """
    )

    @OptionGroup var options: BatchOptions

    func run() throws {
        let maximum = PolicyBatch.limits.maximumBytes
        try BatchRun.run(input: STDIN_FILENO, output: STDOUT_FILENO, maximumBytes: maximum) { PolicyBatch.evaluate($0) }
    }
}
