// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A policy or, when its scope has a slot, a template.
///
/// Values share their content, so copies cost nothing.
public struct Policy: Sendable {
    /// The name under which it appears in answers.
    public var id: Text
    let body: PolicyBody

    init(id: Text, body: PolicyBody) {
        self.id = id
        self.body = body
    }

    /// What it does when it is satisfied.
    public var effect: Effect { body.effect }
    /// Its annotations, in source order; each key once.
    public var annotations: [Annotation] { body.annotations }
    /// What it is about.
    public var scope: Scope { body.scope }
    /// Its conditions, in source order; all must hold.
    public var conditions: [Condition] { body.conditions }
    /// The expressions of the conditions.
    public var expression: PolicyExpression { body.expression }
    /// Its text, from the first annotation to the semicolon; spans count from its beginning. Of a linked policy it is
    /// the text of the template.
    public var source: String { body.source }
    /// Where it begins in the text it was parsed from.
    public var position: SourcePosition { body.position }
    /// Whether it is a template, which takes part in no decision until it is linked.
    public var isTemplate: Bool { body.scope.hasSlot }

    /// The template it was linked from and what fills the slots, nil for a policy that was written out.
    public var link: TemplateLink? { body.link }

    /// The value of the annotation `key`, nil when there is none; empty when it was written without a value.
    public func annotation(_ key: Text) -> Text? {
        body.annotations.first { $0.key == key }?.value
    }

    /// The place of `span` in the text the policy was parsed from.
    public func position(of span: SourceSpan) -> SourcePosition {
        let inner = SourcePosition(offset: span.start, in: Array(body.source.utf8))
        return SourcePosition(
            offset: body.position.offset + inner.offset,
            line: body.position.line + inner.line - 1,
            column: inner.line == 1 ? body.position.column + inner.column - 1 : inner.column
        )
    }
}
