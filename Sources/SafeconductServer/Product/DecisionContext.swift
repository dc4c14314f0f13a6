// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import StrictJSON
import TrustModel

extension Decision {
    /// The context of an AuthZEN answer: what happened, why, and what would help.
    func context() -> [UInt8] {
        var writer = JSONWriter(capacity: 512 + reasonBytes)
        writer.beginObject()
        writeMembers(to: &writer)
        writer.endObject()
        return writer.bytes
    }

    // Growing a long text copies it again and again.
    private var reasonBytes: Int {
        if case .told(let explanation)? = reasons { explanation.count } else { 0 }
    }

    private func writeMembers(to writer: inout JSONWriter) {
        if let id {
            writer.key("decision_id")
            writer.string(id)
        }
        writer.key("outcome")
        writer.string(outcome.rawValue)
        writer.key("reason")
        writer.beginObject()
        writer.key("class")
        writer.string(reason)
        writer.key("message")
        writer.string(message)
        writer.key("policies")
        writer.beginArray()
        for policy in policies { writer.string(policy) }
        writer.endArray()
        writer.endObject()
        if !remedies.isEmpty {
            writer.key("remedies")
            writer.beginArray()
            for remedy in remedies { writer.string(remedy.description) }
            writer.endArray()
        }
        if let remaining {
            writer.key("remaining")
            writer.integer(remaining)
        }
        if let retryAfter {
            writer.key("retry_after_ms")
            writer.integer(retryAfter)
        }
        writeLimits(to: &writer)
        writeWays(to: &writer)
        writer.key("rev")
        writer.integer(Int64(clamping: rev))
        if let version = policyVersion {
            writer.key("policy_digest")
            writer.string(version.digest)
        }
        writer.key("score")
        writer.beginObject()
        writer.key("caller")
        writer.integer(score.score)
        writer.key("band")
        writer.string(score.band.rawValue)
        writer.endObject()
        if let log {
            writer.key("log")
            writer.string(log)
        }
        switch reasons {
        case .told(let explanation)?:
            writer.key("explanation")
            writer.raw(explanation)
        case .omitted?:
            writer.key("explanation_omitted")
            writer.bool(true)
        // It gets what everybody gets: that it may not ask is told by its registration.
        case .notGranted?, nil: break
        }
    }

    private func writeLimits(to writer: inout JSONWriter) {
        if !quotas.isEmpty {
            writer.key("rate_limits")
            writer.beginArray()
            for quota in quotas {
                writer.beginObject()
                writer.key("policy")
                writer.string(quota.limit.name)
                writer.key("unit")
                writer.string(quota.limit.measure.unit)
                for (name, number) in [
                    ("quota", quota.limit.count), ("window_ms", quota.limit.window), ("remaining", quota.remaining),
                    ("reset_ms", quota.reset),
                ] {
                    writer.key(name)
                    writer.integer(number)
                }
                writer.endObject()
            }
            writer.endArray()
        }
        if let features {
            writer.key("features")
            writer.beginArray()
            for feature in features { writer.string(feature) }
            writer.endArray()
        }
    }

    /// What the caller, or people, would have to do; and what to tell the caller.
    private func writeWays(to writer: inout JSONWriter) {
        let challenges = challenges + (proof.map { [$0.kind] } ?? [])
        if !challenges.isEmpty {
            writer.key("challenges")
            writer.beginArray()
            for challenge in challenges { writer.string(challenge.rawValue) }
            writer.endArray()
        }
        if !approvers.isEmpty {
            writer.key("access_request")
            writer.value(accessRequest)
        }
        let fields = fieldsForCaller
        guard !fields.isEmpty else { return }
        writer.key("response_headers")
        writer.beginArray()
        for field in fields {
            writer.beginObject()
            writer.key("name")
            writer.string(field.name)
            writer.key("value")
            writer.string(field.value)
            writer.endObject()
        }
        writer.endArray()
    }
}
