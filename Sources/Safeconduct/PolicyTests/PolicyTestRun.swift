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
        let (work, overflow) = cases.count.multipliedReportingOverflow(by: max(1, policies.all.count))
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
                ownedBy: test.apiOwner
            )
        else { return (result(test, .deny, "not_permitted", [], ["the call can't be made up"]), []) }
        let judgement = Judgement(policies, world, test.context, met: test.met)
        // What is in shadow mode is tried, too, though it decides nothing.
        let context = try? test.context.record(policies.schema.request)
        let shadow = policies.shadow.flatMap { shadow in
            context.map { Judgement(shadow.whole, world, context: $0, met: test.met) }
        }
        let (outcome, reason) = judgement.answer
        let speaking = judgement.determining + judgement.permitting
        return (
            result(test, outcome, reason, speaking, faults(test.expected, judgement, speaking)),
            speaking + judgement.failures + (shadow.map { $0.determining + $0.permitting + $0.failures } ?? [])
        )
    }

    private static func faults(
        _ expected: PolicyTestCase.Expectation,
        _ judgement: Judgement,
        _ speaking: [String]
    ) -> [String] {
        let (outcome, reason) = judgement.answer
        var faults: [String] = []
        if outcome != expected.outcome {
            faults.append("expected \(expected.outcome.rawValue), got \(outcome.rawValue) (\(reason))")
            if case .invalid(let fault) = judgement.verdict { faults.append(fault.description) }
        }
        if let wanted = expected.reason, wanted != reason { faults.append("expected reason \(wanted), got \(reason)") }
        for policy in expected.policies ?? [] where !speaking.contains(policy) {
            faults.append("'\(policy)' has no say; \(list(speaking)) has")
        }
        if let wanted = expected.remedies, Set(wanted) != Set(judgement.offered) {
            faults.append("expected remedies \(list(wanted)), got \(list(judgement.offered))")
        }
        if Set(expected.errors) != Set(judgement.failures) {
            let errors = judgement.failed.map { "\($0.policy) (\($0.code))" }
            faults.append("expected errors in \(list(expected.errors)), got \(list(errors))")
        }
        return faults
    }

    private static func list(_ texts: [String]) -> String { texts.isEmpty ? "none" : texts.joined(separator: ", ") }

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
            policies: policies,
            faults: faults
        )
    }
}
