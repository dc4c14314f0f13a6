// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The decision that let the present call through, and what the handler wants to be reported of it.
public final class EnforcedCall: Sendable {
    /// The decision.
    public let decision: Decision
    private let notes = Mutex(CallOutcome())

    init(_ decision: Decision) { self.decision = decision }

    /// Adds to the report what only the handler knows: rows, an amount, the data class. Status, bytes and latency are
    /// filled in by the middleware and win over what is noted here.
    public func note(_ change: @Sendable (inout CallOutcome) -> Void) { notes.withLock { change(&$0) } }

    var noted: CallOutcome { notes.withLock { $0 } }
}
