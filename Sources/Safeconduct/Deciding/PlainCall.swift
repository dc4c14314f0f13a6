// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
internal import StrictJSON
internal import TrustModel

/// What the calls of one caller to one operation have in common in one view at one moment.
///
/// Policies are a function of nothing else but the request's attributes: calls without any that they see are judged once,
/// and where nothing is spent or asked for, their records are the same but for the digest of what they do not see.
final class PlainCall {
    let policies: CompiledPolicies
    let world: RequestWorld
    /// The beginning of the decision's record: a denial until something else is found.
    let draft: DecisionRecord
    // Kept, for they are found again by which objects they are.
    private let caller: AdmittedSubject
    private let found: FoundResource
    private let base: CallContext
    private let shadowSet: CompiledPolicies?
    private var plain: JudgedCall?
    /// What was decided of a call of whose attributes policies see none; nil until it was, and when each such call spends
    /// something or asks for something.
    var made: MadeDecision?
    private var plainReasons: [UInt8]??

    init(
        _ policies: CompiledPolicies,
        _ world: RequestWorld,
        _ caller: AdmittedSubject,
        _ found: FoundResource,
        _ draft: DecisionRecord,
        task: CallTask?,
        beside shadowSet: CompiledPolicies?,
        _ state: borrowing TrustState
    ) {
        self.policies = policies
        self.world = world
        self.draft = draft
        self.shadowSet = shadowSet
        self.caller = caller
        self.found = found
        base = CallContext(
            now: draft.at,
            assurance: caller.subject.assurance,
            binding: caller.subject.binding,
            proven: caller.subject.isProven,
            issuer: world.issuer.string,
            chain: ChainContext(draft.chain, of: caller.subject.identity.object, state),
            callerScore: draft.score,
            apiScore: draft.apiScore,
            task: task,
            method: world.resource.operation.method,
            attributes: JSONObject()
        )
    }

    /// What the policies say of a call with these attributes, and what they would say otherwise.
    func judge(_ attributes: JSONObject) -> JudgedCall {
        if attributes.isEmpty, let plain { return plain }
        var context = base
        context.attributes = attributes
        let judged = JudgedCall(policies, world, context, met: [], beside: shadowSet)
        if attributes.isEmpty { plain = judged }
        return judged
    }

    /// Why the policies say so of a call with these attributes, as JSON for points; nil when the call does not fit their
    /// schema. The same as a replay of the decision tells operators, but for what points do not see.
    func reasons(_ attributes: JSONObject) -> [UInt8]? {
        if attributes.isEmpty, let plainReasons { return plainReasons }
        var context = base
        context.attributes = attributes
        let input = ReplayInput(world: world, call: context, attributes: attributes, met: [])
        let reasons = input.explanation(of: policies, disclosing: .ofPoints)?.json.serialized()
        if attributes.isEmpty { plainReasons = .some(reasons) }
        return reasons
    }
}

/// Who calls, as far as that is known from one view at one moment.
final class AdmittedSubject: Sendable {
    let admission: Admission
    /// Why it does not count; nil when it does.
    let refusal: SubjectRefusal?

    init(_ admission: Admission, refusal: SubjectRefusal?) {
        self.admission = admission
        self.refusal = refusal
    }

    var subject: Subject { admission.subject }
}
