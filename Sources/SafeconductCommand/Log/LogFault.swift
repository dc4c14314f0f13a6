// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Why a log does not hold, or could not be read.
struct LogFault: Error, Equatable {
    /// What is wrong, to be read after the log's name.
    let sentence: String
    /// The size of the checkpoint at fault, where one was read.
    let size: UInt64
    /// Set when nothing was learnt about the log: the server did not answer.
    let failure: CommandFailure?

    init(_ sentence: String, size: UInt64 = 0, failure: CommandFailure? = nil) {
        self.sentence = sentence
        self.size = size
        self.failure = failure
    }

    /// The server did not answer.
    init(_ failure: CommandFailure) { self.init(failure.message, failure: failure) }
}
