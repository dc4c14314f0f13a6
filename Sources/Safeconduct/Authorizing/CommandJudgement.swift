// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
internal import TrustModel

/// What the policies say of one command: pure, so that a recorded denial can be judged again to the same answer.
///
/// Every command changes something, so a `forbid` that fails stops it, as it stops a call that writes.
struct CommandJudgement: Sendable, Equatable {
    /// `permitted`, `forbidden`, `not_permitted` or `policy_failed`.
    let reason: String
    /// The policies that determined it, in source order.
    let determining: [String]
    /// The policies that failed, in source order.
    let failures: [String]

    /// Whether the command may go on.
    var isAllowed: Bool { reason == "permitted" }

    init(
        _ policies: CompiledPolicies,
        _ question: CommandQuestion,
        by: CommandGiver,
        _ state: TrustState,
        at now: Timestamp
    ) {
        guard let world = CommandWorld(question, by: by, in: state) else {
            (reason, determining, failures) = ("not_permitted", [], [])
            return
        }
        var request = world.request
        request.context = world.context(at: now)
        let answer = policies.set.authorize(request, entities: world)
        determining = answer.determining.map(\.id.string)
        failures = answer.failures.map(\.policy.id.string)
        if answer.decision == .deny {
            reason = determining.isEmpty ? "not_permitted" : "forbidden"
        } else {
            reason = answer.failures.contains { $0.policy.effect == .forbid } ? "policy_failed" : "permitted"
        }
    }
}
