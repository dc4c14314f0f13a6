// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What a report comes down to: the classes that metrics count.
public enum OutcomeResult: String, Sendable, CaseIterable {
    /// The call was made and answered well.
    case succeeded
    /// The call was made and the API refused it (4xx).
    case rejected
    /// The call was made and failed (5xx, or an error without an answer).
    case failed
    /// The call was not made.
    case stopped

    /// The class of a report on a decision that permitted the call or did not.
    init(_ report: OutcomeReport, enforced: Bool, permitted: Bool) {
        let status = report.status ?? 0
        self =
            report.passed == false || !permitted && enforced
            ? .stopped
            : report.error != nil || status >= 500 ? .failed : status >= 400 ? .rejected : .succeeded
    }
}

/// What is known of what came of a decision.
public enum OutcomeState: String, Sendable, CaseIterable {
    /// The call was permitted, and there is still time to tell.
    case open
    /// The call was permitted, and nobody told in time.
    case unknown
    /// It was told.
    case reported
    /// It was told, and the call failed.
    case failed
    /// It was told, and it contradicts the decision: a call was let through that had been denied.
    case contradicting
}
