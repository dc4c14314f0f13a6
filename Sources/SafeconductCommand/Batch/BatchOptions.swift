// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// The options of commands that answer lines.
struct BatchOptions: ParsableArguments {
    @Flag(help: "Read lines of JSON from standard input and answer each with a line of JSON.")
    var batch = false

    func validate() throws {
        guard batch else { throw ValidationError("say --batch; there is no other form") }
    }
}
