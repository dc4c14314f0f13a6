// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Why a command did not do what it was asked, as one sentence for people and one code for scripts.
struct CommandFailure: Error, Sendable, Equatable {
    /// The exit code.
    let status: ExitStatus
    /// The sentence. It holds no secret.
    let message: String
    /// Further lines: what was at fault in detail, and what would help.
    var hints: [String] = []

    /// A failure.
    init(_ status: ExitStatus, _ message: String, hints: [String] = []) {
        self.status = status
        self.message = message
        self.hints = hints
    }
}
