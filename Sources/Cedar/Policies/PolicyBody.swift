// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Everything of a policy but its id; shared by all copies of the policy.
final class PolicyBody: Sendable {
    let effect: Effect
    let annotations: [Annotation]
    let scope: Scope
    let conditions: [Condition]
    let expression: PolicyExpression
    /// The conditions in the form the evaluator runs.
    let program: Program
    let source: String
    let position: SourcePosition
    /// The template this was linked from, and what fills its slots; nil for what was written out.
    let link: TemplateLink?
    /// How its conditions are taken apart to be explained: made when that is first asked for.
    let clausePlan = Mutex<ClausePlan?>(nil)

    init(
        effect: Effect,
        annotations: [Annotation],
        scope: Scope,
        conditions: [Condition],
        expression: consuming PolicyExpression,
        source: String,
        position: SourcePosition
    ) {
        self.effect = effect
        self.annotations = annotations
        self.scope = scope
        self.conditions = conditions
        self.expression = expression
        program = ProgramCompiler.compile(conditions, of: expression)
        self.source = source
        self.position = position
        link = nil
    }

    /// `template` with its slots filled. Only the scope is new; all else, the program included, is the template's own.
    init(linking template: PolicyBody, scope: Scope, link: TemplateLink) {
        effect = template.effect
        annotations = template.annotations
        self.scope = scope
        conditions = template.conditions
        expression = template.expression
        program = template.program
        source = template.source
        position = template.position
        self.link = link
    }

    /// A body that answers no request but gives the values of some nodes of another one's expressions, in the order of
    /// `roots`: by the same code that decides, so that an explanation cannot differ from the decision.
    init(valuesOf roots: [NodeID], in body: PolicyBody) {
        effect = body.effect
        annotations = []
        scope = body.scope
        conditions = []
        expression = body.expression
        program = ProgramCompiler.compile(valuesOf: roots, in: body.expression)
        source = body.source
        position = body.position
        link = nil
    }
}
