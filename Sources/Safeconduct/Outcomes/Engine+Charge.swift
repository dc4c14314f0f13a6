// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel

extension Engine {
    /// Debits the limits that a decision was allowed within by what the call turned out to have moved.
    ///
    /// Done once for each decision, when its outcome is first reported. What is not reported stays at the one unit that
    /// was taken when the call was let through. The debit is this node's: a decision of another node used that node's
    /// bucket, and its report counts here.
    func charge(_ record: DecisionRecord, _ report: OutcomeReport) {
        guard let policies = record.policySet, let identity = record.identity else { return }
        let now = now()
        for met in record.facts.limits {
            guard case .limit(let limit)? = Remedy(met.remedy)?.kind else { continue }
            let units: Int64?
            switch limit.measure {
            case .bytes: units = report.bytes
            case .rows: units = report.rows
            case .calls, .amount: units = nil
            }
            guard let units, units > 1 else { continue }
            limits.charge(RateLimits.Key(met.policy, met.remedy, policies, identity), limit, units: units - 1, at: now)
        }
    }
}
