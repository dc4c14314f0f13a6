// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import JOSE

/// `safeconduct jose verify`.
struct JoseVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verify signed tokens (JWS) with given keys, line by line. No server is asked.",
        discussion: """
            A line: {"id", "jws", "jwk"} or {"id", "jws", "jwks"}
            Its answer: {"id", "valid", "error"?}

            Example: safeconduct jose verify --batch < tokens.ndjson > answers.ndjson
            """
    )

    @OptionGroup var options: BatchOptions

    @Flag(
        name: .customLong("insecure-hmac"),
        help: "Also verify HMAC tokens with symmetric keys: whoever can check such a token could have made it."
    )
    var insecureHMAC = false

    func run() throws {
        let insecureHMAC = self.insecureHMAC
        try BatchRun.run(input: STDIN_FILENO, output: STDOUT_FILENO) {
            BatchVerification.answer($0, insecureHMAC: insecureHMAC)
        }
    }
}
