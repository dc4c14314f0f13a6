// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Policies that decide together.
public struct PolicySet: Sendable {
    /// The policies that take part in decisions, in source order.
    public let policies: [Policy]
    /// The templates, which wait for links.
    public let templates: [Policy]

    /// The set of `policies`, templates among them.
    ///
    /// - Throws: ``DuplicatePolicyError`` when two have one id.
    public init(_ policies: [Policy]) throws(DuplicatePolicyError) {
        var ids: Set<Text> = []
        for policy in policies where !ids.insert(policy.id).inserted {
            throw DuplicatePolicyError(id: policy.id)
        }
        self.policies = policies.filter { !$0.isTemplate }
        templates = policies.filter(\.isTemplate)
    }

    /// The set of these; the caller knows that no id is there twice and that the templates have slots.
    init(distinct policies: [Policy], templates: [Policy]) {
        self.policies = policies
        self.templates = templates
    }

    /// The set of the policies in `text`, named `policy0`, `policy1` and so on in source order.
    public init(parsing text: String, limits: ParserLimits = .standard) throws(ParseError) {
        try self.init(parsing: Array(text.utf8), limits: limits)
    }

    /// The set of the policies in `bytes`, which must be UTF-8.
    public init(parsing bytes: [UInt8], limits: ParserLimits = .standard) throws(ParseError) {
        let parsed = try Policy.parse(bytes, limits: limits)
        // Numbered ids cannot collide.
        policies = parsed.filter { !$0.isTemplate }
        templates = parsed.filter(\.isTemplate)
    }
}
