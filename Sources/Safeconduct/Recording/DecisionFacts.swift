// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON
internal import TrustModel

/// What a decision's record says of limits, bindings, alerts and policies in shadow mode. Members without content are
/// left out: most decisions have none of them.
struct DecisionFacts: Sendable, Equatable {
    /// A limit that was met from a bucket.
    struct MetLimit: Sendable, Equatable {
        /// The policy whose bucket it is.
        var policy: String
        /// The literal.
        var remedy: String
    }

    /// What a record that meets a remedy would have to be about.
    struct Binding: Sendable, Equatable {
        var policy: String
        var remedy: String
        /// The attributes that `@binds` names; nil when all that the caller supplied are bound.
        var attributes: [String]?
        /// A keyed digest of the identity, operation, purpose, policies and attributes.
        var digest: String
    }

    /// The answer as it would have been with the policies in shadow mode enforced.
    struct Shadow: Sendable, Equatable {
        var outcome: Decision.Outcome
        var reason: String
        var determining: [String]
        var failures: [String]
        var remedies: [String]
    }

    var limits: [MetLimit] = []
    var bindings: [Binding] = []
    /// The channels that are told.
    var alerts: [String] = []
    /// Nil when it would have been the same.
    var shadow: Shadow?
}

extension DecisionFacts {
    /// Writes the members.
    func write(to writer: inout JSONWriter) {
        if !limits.isEmpty {
            writer.key("limits")
            writer.beginArray()
            for limit in limits {
                writer.beginObject()
                Self.member(&writer, "policy", limit.policy)
                Self.member(&writer, "remedy", limit.remedy)
                writer.endObject()
            }
            writer.endArray()
        }
        if !bindings.isEmpty {
            writer.key("bindings")
            writer.beginArray()
            for binding in bindings {
                writer.beginObject()
                Self.member(&writer, "policy", binding.policy)
                Self.member(&writer, "remedy", binding.remedy)
                if let attributes = binding.attributes { Self.list(&writer, "attributes", attributes) }
                Self.member(&writer, "digest", binding.digest)
                writer.endObject()
            }
            writer.endArray()
        }
        if !alerts.isEmpty { Self.list(&writer, "alerts", alerts) }
        if let shadow {
            writer.key("shadow")
            writer.beginObject()
            Self.member(&writer, "outcome", shadow.outcome.rawValue)
            Self.member(&writer, "reason", shadow.reason)
            Self.list(&writer, "determining", shadow.determining)
            Self.list(&writer, "failures", shadow.failures)
            Self.list(&writer, "remedies", shadow.remedies)
            writer.endObject()
        }
    }

    /// Reads the members.
    init(_ reader: inout ObjectReader) throws(ShapeError) {
        for element in try reader.array("limits") {
            var limit = try ObjectReader(element.value, at: element.pointer)
            limits.append(MetLimit(policy: try limit.string("policy"), remedy: try limit.string("remedy")))
            try limit.finish()
        }
        for element in try reader.array("bindings") {
            var binding = try ObjectReader(element.value, at: element.pointer)
            bindings.append(
                Binding(
                    policy: try binding.string("policy"),
                    remedy: try binding.string("remedy"),
                    attributes: binding.optional("attributes") == nil ? nil : try binding.strings("attributes"),
                    digest: try binding.string("digest")
                )
            )
            try binding.finish()
        }
        alerts = try reader.strings("alerts")
        guard var shadow = try reader.optionalObject("shadow") else { return }
        guard let outcome = Decision.Outcome(rawValue: try shadow.string("outcome")) else {
            throw ShapeError(.value, shadow.pointer(to: "outcome"), "an outcome is expected")
        }
        self.shadow = Shadow(
            outcome: outcome,
            reason: try shadow.string("reason"),
            determining: try shadow.strings("determining"),
            failures: try shadow.strings("failures"),
            remedies: try shadow.strings("remedies")
        )
        try shadow.finish()
    }

    private static func member(_ writer: inout JSONWriter, _ key: String, _ text: String) {
        writer.key(key)
        writer.string(text)
    }

    private static func list(_ writer: inout JSONWriter, _ key: String, _ texts: [String]) {
        writer.key(key)
        writer.beginArray()
        for text in texts { writer.string(text) }
        writer.endArray()
    }
}

extension DecisionFacts.Shadow {
    /// What a judgement would have led to.
    init(_ judgement: Judgement) {
        (outcome, reason) = judgement.answer
        determining = judgement.determining
        failures = judgement.failures
        remedies = judgement.offers.map(\.remedy.description)
    }
}
