// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import Cedar
import StrictJSON

/// A decision point that asks plain Cedar policies about stored entities, and nothing else.
public struct PlainCedarPoint: DecisionPoint {
    let policies: PolicySet
    /// The entities, and the indexes by which they are searched.
    let directory: EntityDirectory
    /// For each policy `{"policy":ID}`, with its `@id` when it has one, ready to be written.
    private let references: [Text: [UInt8]]

    /// A decision point of the given policies and entities.
    public init(policies: PolicySet, entities: EntityStore) {
        self.policies = policies
        directory = EntityDirectory(entities)
        var references: [Text: [UInt8]] = [:]
        for policy in policies.policies { references[policy.id] = Self.reference(policy) }
        self.references = references
    }

    /// What Cedar says. The answer's context is `{"reasons":[{"policy","id"?}...]}`: the policies that determined
    /// it, in source order; and `"errors"`, in the same shape, when policies could not be evaluated. Asked why, it has
    /// `"explanation"`, too, as ``Explanation/json``: whoever may ask here may read the files.
    public func decide(_ evaluation: Evaluation, for inquiry: Inquiry) throws(Problem) -> EvaluationAnswer {
        let mapping = try CedarMapping(evaluation)
        let entities = directory.store
        if mapping.subjectAttributes.isEmpty, mapping.resourceAttributes.isEmpty {
            return answer(mapping.request, entities, explaining: evaluation.wantsExplanation)
        }
        var overlay = EntityOverlay(entities)
        overlay.add(mapping.subjectAttributes, to: mapping.request.principal)
        overlay.add(mapping.resourceAttributes, to: mapping.request.resource)
        return answer(mapping.request, overlay, explaining: evaluation.wantsExplanation)
    }

    private func answer(
        _ request: AuthorizationRequest,
        _ entities: some EntityLookup,
        explaining: Bool
    ) -> EvaluationAnswer {
        guard explaining else {
            let response = policies.authorize(request, entities: entities)
            return EvaluationAnswer(decision: response.decision == .allow, context: context(response, nil))
        }
        let explanation = policies.explain(request, entities: entities)
        return EvaluationAnswer(
            decision: explanation.response.decision == .allow,
            context: context(explanation.response, explanation)
        )
    }

    private func context(_ response: AuthorizationResponse, _ explanation: Explanation?) -> [UInt8] {
        var writer = JSONWriter(capacity: 96)
        writer.beginObject()
        writer.key("reasons")
        write(response.determining, to: &writer)
        if !response.failures.isEmpty {
            writer.key("errors")
            write(response.failures.map(\.policy), to: &writer)
        }
        if let explanation {
            writer.key("explanation")
            writer.raw(explanation.json.serialized())
        }
        writer.endObject()
        return writer.bytes
    }

    private func write(_ policies: [Policy], to writer: inout JSONWriter) {
        writer.beginArray()
        for policy in policies {
            if let reference = references[policy.id] { writer.raw(reference) }
        }
        writer.endArray()
    }

    private static func reference(_ policy: Policy) -> [UInt8] {
        var writer = JSONWriter(capacity: 64)
        writer.beginObject()
        writer.key("policy")
        writer.string(policy.id.string)
        if let id = policy.annotation("id") {
            writer.key("id")
            writer.string(id.string)
        }
        writer.endObject()
        return writer.bytes
    }
}
