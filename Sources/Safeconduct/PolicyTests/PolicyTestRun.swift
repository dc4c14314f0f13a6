// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
internal import TrustModel

/// Runs the tests of a policy set: each is judged as the engine judges a call, over a world that is made up.
enum PolicyTestRun {
    /// The most policies asked in all tests together: tests are run before an activation, and somebody waits for it.
    static let workLimit = 20_000_000

    /// Judges every test.
    ///
    /// - Throws: ``PolicyRefusal`` when they are more than can be waited for.
    static func report(
        _ cases: [PolicyTestCase],
        of policies: CompiledPolicies
    ) throws(PolicyRefusal) -> PolicyTestReport {
        // A policy of a thousand conditions is no less work than a thousand policies.
        let size = policies.all.reduce(0) { $0 + 1 + $1.policy.source.utf8.count / 1024 }
        let (work, overflow) = cases.count.multipliedReportingOverflow(by: max(1, size))
        guard !overflow, work <= workLimit else {
            throw PolicyRefusal("test_file", file: "", nil, "the tests ask more than \(workLimit) policies together")
        }
        var report = PolicyTestReport()
        var seen: Set<String> = []
        for test in cases {
            let judged = judge(test, policies)
            seen.formUnion(judged.seen)
            report.cases.append(judged.result)
        }
        report.untested = policies.all.map(\.policy.id.string).filter { !seen.contains($0) }
        return report
    }

    private static func judge(
        _ test: PolicyTestCase,
        _ policies: CompiledPolicies
    ) -> (result: PolicyTestReport.Case, seen: [String]) {
        guard
            let world = RequestWorld(
                identity: test.identity,
                ownedBy: test.identityOwner,
                issuer: test.context.issuer,
                resource: test.resource,
                act: test.context.act,
                ownedBy: test.apiOwner
            )
        else { return (result(test, .deny, "not_permitted", [], ["the call can't be made up"]), []) }
        // What their schema does not name is withheld from these policies, as it is from those that decide.
        let call = test.context.seen(by: policies)
        let judgement = Judgement(policies, world, call, met: test.met)
        // What is in shadow mode is tried, too, though it decides nothing.
        let context = try? call.record(policies.schema.request)
        let shadow = policies.shadow.flatMap { shadow in
            context.map { Judgement(shadow.whole, world, context: $0, met: test.met) }
        }
        let (outcome, reason) = answer(judgement, call, policies, of: test.identity.id)
        let speaking = judgement.determining + judgement.permitting
        return (
            result(test, outcome, reason, speaking, faults(test.expected, judgement, outcome, reason, speaking)),
            speaking + judgement.failures + (shadow.map { $0.determining + $0.permitting + $0.failures } ?? [])
        )
    }

    /// What comes of the call when every bucket is full: no test knows of calls before its own.
    private static func answer(
        _ judgement: Judgement,
        _ call: CallContext,
        _ policies: CompiledPolicies,
        of identity: ObjectID
    ) -> (outcome: Decision.Outcome, reason: String) {
        // Issuing spends nothing.
        guard judgement.answer.outcome == .limit, call.act == .call else { return judgement.answer }
        var wanted: [RateLimits.Wanted] = []
        for offer in judgement.limits {
            guard case .limit(let limit) = offer.remedy.kind else { continue }
            guard let quantity = limit.measure.quantity(of: call.attributes, typedBy: policies.schema.request) else {
                return (.deny, "limit_unmeasured")
            }
            let key = RateLimits.Key(offer.policy, offer.remedy.description, policies.id, identity)
            wanted.append(RateLimits.Wanted(key: key, limit: limit, quantity: quantity))
        }
        if case .empty = RateLimits().take(wanted, at: call.now) { return (.deny, "limit_exceeded") }
        return judgement.answer
    }

    private static func faults(
        _ expected: PolicyTestCase.Expectation,
        _ judgement: Judgement,
        _ outcome: Decision.Outcome,
        _ reason: String,
        _ speaking: [String]
    ) -> [String] {
        var faults: [String] = []
        if outcome != expected.outcome {
            faults.append("expected \(expected.outcome.rawValue), got \(outcome.rawValue) (\(reason))")
            if case .invalid(let fault) = judgement.verdict { faults.append(fault.description) }
        }
        if let wanted = expected.reason, wanted != reason { faults.append("expected reason \(wanted), got \(reason)") }
        if let wanted = expected.policies {
            let heard = Set(speaking)
            let missing = wanted.filter { !heard.contains($0) }
            for policy in missing.prefix(Excerpt.most) {
                faults.append("'\(policy)' has no say; \(Excerpt.list(speaking)) has")
            }
            let others = missing.count - Excerpt.most
            if others > 0 { faults.append("\(others) more policies have no say") }
        }
        if let wanted = expected.remedies, Set(wanted) != Set(judgement.offered) {
            faults.append("expected remedies \(Excerpt.list(wanted)), got \(Excerpt.list(judgement.offered))")
        }
        if Set(expected.errors) != Set(judgement.failures) {
            let errors = judgement.failed.map { "\($0.policy) (\($0.code))" }
            faults.append("expected errors in \(Excerpt.list(expected.errors)), got \(Excerpt.list(errors))")
        }
        return faults.map(Excerpt.of)
    }

    private static func result(
        _ test: PolicyTestCase,
        _ outcome: Decision.Outcome,
        _ reason: String,
        _ policies: [String],
        _ faults: [String]
    ) -> PolicyTestReport.Case {
        PolicyTestReport.Case(
            file: test.file,
            line: test.line,
            column: test.column,
            name: test.name,
            expected: test.expected.outcome,
            outcome: outcome,
            reason: reason,
            policies: Array(policies.prefix(PolicyTestReport.Case.policyLimit)),
            faults: faults
        )
    }
}
