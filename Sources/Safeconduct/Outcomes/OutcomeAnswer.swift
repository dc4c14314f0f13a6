// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import TrustModel

/// A report and the decision that it is about.
public struct ReportedOutcome: Sendable {
    /// The decision.
    public let decision: ObjectID
    /// What came of it.
    public let report: OutcomeReport

    /// A report on a decision.
    public init(decision: ObjectID, report: OutcomeReport) {
        self.decision = decision
        self.report = report
    }
}

/// What became of a report.
public enum OutcomeAnswer: Sendable {
    /// It is durable and closes the decision.
    case recorded(OutcomeResult, enforced: Bool)
    /// The same was told before.
    case repeated
    /// It closes nothing.
    case refused(OutcomeRefusal)
    /// It could not be recorded; tell it again.
    case failed(EngineError)
}

/// Why a report closes nothing.
public enum OutcomeRefusal: String, Sendable, CaseIterable {
    /// There is no such decision.
    case notFound = "not_found"
    /// Another enforcement point asked for it.
    case notOwn = "not_own"
    /// Something else was told of it before; one outcome closes a decision.
    case differs = "outcome_differs"
    /// The decision is older than an hour.
    case late = "outcome_late"
    /// The point that tells, or the credential that it came with, counts no longer.
    case pointGone = "point_gone"

    /// A sentence for the point.
    public var message: String {
        switch self {
        case .notFound: "there is no decision of this id"
        case .notOwn: "another enforcement point asked for this decision"
        case .differs: "another outcome of this decision was told before"
        case .late: "the decision is older than an hour; its outcome stays unknown"
        case .pointGone: "the credential that the report came with counts no longer"
        }
    }
}
