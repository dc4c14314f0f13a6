// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Why a run counts for nothing: an answer was wrong, or a child failed. A slow answer is never a failure.
struct BenchFailure: Error, CustomStringConvertible {
    /// A sentence for people.
    let description: String

    init(_ description: String) { self.description = description }
}
