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

    /// The answer as a whole policy set in shadow would have given it.
    struct ShadowSet: Sendable, Equatable {
        var policySet: ObjectID
        var answer: Shadow
    }

    var limits: [MetLimit] = []
    var bindings: [Binding] = []
    /// The channels that are told.
    var alerts: [String] = []
    /// Nil when it would have been the same.
    var shadow: Shadow?
    /// Nil when it would have been the same, or no set is in shadow.
    var shadowSet: ShadowSet?
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
            shadow.writeMembers(to: &writer)
            writer.endObject()
        }
        if let shadowSet {
            writer.key("shadow_set")
            writer.beginObject()
            Self.member(&writer, "policies", shadowSet.policySet.description)
            shadowSet.answer.writeMembers(to: &writer)
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
        if var shadow = try reader.optionalObject("shadow") {
            self.shadow = try Shadow(&shadow)
            try shadow.finish()
        }
        guard var set = try reader.optionalObject("shadow_set") else { return }
        guard let id = ObjectID(try set.string("policies")), id.kind == .policySet else {
            throw ShapeError(.value, set.pointer(to: "policies"), "the id of a policy set is expected")
        }
        shadowSet = ShadowSet(policySet: id, answer: try Shadow(&set))
        try set.finish()
    }

    fileprivate static func member(_ writer: inout JSONWriter, _ key: String, _ text: String) {
        writer.key(key)
        writer.string(text)
    }

    fileprivate static func list(_ writer: inout JSONWriter, _ key: String, _ texts: [String]) {
        writer.key(key)
        writer.beginArray()
        for text in texts { writer.string(text) }
        writer.endArray()
    }
}

extension DecisionFacts.Shadow {
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        DecisionFacts.member(&writer, "outcome", outcome.rawValue)
        DecisionFacts.member(&writer, "reason", reason)
        DecisionFacts.list(&writer, "determining", determining)
        DecisionFacts.list(&writer, "failures", failures)
        DecisionFacts.list(&writer, "remedies", remedies)
    }

    fileprivate init(_ reader: inout ObjectReader) throws(ShapeError) {
        guard let outcome = Decision.Outcome(rawValue: try reader.string("outcome")) else {
            throw ShapeError(.value, reader.pointer(to: "outcome"), "an outcome is expected")
        }
        self.init(
            outcome: outcome,
            reason: try reader.string("reason"),
            determining: try reader.strings("determining"),
            failures: try reader.strings("failures"),
            remedies: try reader.strings("remedies")
        )
    }

    /// What a judgement would have led to.
    init(_ judgement: Judgement) {
        (outcome, reason) = judgement.answer
        determining = judgement.determining
        failures = judgement.failures
        remedies = judgement.offers.map(\.remedy.description)
    }
}
