// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import WorkloadIdentity

/// `safeconduct identity verify-svid`.
struct IdentityVerifySVID: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-svid",
        abstract: "Verify X.509-SVIDs with given authorities, line by line. No server is asked.",
        discussion: """
            A line: {"id", "bundles": {TRUST DOMAIN: [CERTIFICATE]}, "chain": [CERTIFICATE], "validAt": SECONDS}
            Its answer: {"id", "valid", "spiffe_id"?, "error"?}
            A certificate is base64 of DER; a chain begins with the leaf.

            Example: safeconduct identity verify-svid --batch < chains.ndjson > answers.ndjson
            """
    )

    @OptionGroup var options: BatchOptions

    func run() throws {
        try BatchRun.run(input: STDIN_FILENO, output: STDOUT_FILENO) { X509SVIDBatch.answer($0) }
    }
}
