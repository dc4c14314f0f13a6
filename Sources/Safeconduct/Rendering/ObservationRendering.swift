// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON
public import TrustModel

extension Alert {
    /// Writes the alert.
    ///
    /// - Parameter names: The state whose names stand for ids.
    public func render(names: TrustState, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("decision")
        writer.string(decision.description)
        writer.key("at")
        writer.string(at.description)
        writer.key("channels")
        writer.beginArray()
        for channel in channels { writer.string(channel) }
        writer.endArray()
        writer.key("outcome")
        writer.string(outcome.rawValue)
        writer.key("policies")
        writer.beginArray()
        for policy in policies { writer.string(policy) }
        writer.endArray()
        if let identity { writer.reference("identity", identity, names) }
        writer.reference("api", api, names)
        if let operation {
            writer.key("operation")
            writer.string(operation)
        }
        writer.endObject()
    }
}

extension PolicyError {
    /// Writes the fault.
    public func render(to writer: inout JSONWriter) {
        writer.beginObject()
        for (key, text) in [
            ("policy_set", policySet.description), ("policy", failure.policy),
            ("effect", failure.isForbid ? "forbid" : "permit"), ("error", failure.code),
        ] {
            writer.key(key)
            writer.string(text)
        }
        writer.key("count")
        writer.integer(Int64(clamping: count))
        for (key, text) in [
            ("first_at", firstAt.description), ("last_at", lastAt.description),
            ("last_decision", lastDecision.description),
        ] {
            writer.key(key)
            writer.string(text)
        }
        writer.endObject()
    }
}

extension Engine {
    /// Writes when an enforcement point was heard of last, and what it said it runs with; nothing when it was not heard
    /// of since this node's start.
    func renderSeen(_ point: ObjectID, to writer: inout JSONWriter) {
        guard let seen = points.seen(point) else { return }
        writer.key("last_seen")
        writer.string(seen.at.description)
        guard let report = seen.report, let reportedAt = seen.reportedAt else { return }
        writer.key("runs_with")
        writer.beginObject()
        if let digest = report.policyDigest {
            writer.key("policy_digest")
            writer.string(digest)
        }
        if let rev = report.rev {
            writer.key("rev")
            writer.integer(Int64(clamping: rev))
            let newest = view.state.rev ?? 0
            writer.key("behind")
            writer.integer(Int64(clamping: newest - min(newest, rev)))
        }
        writer.key("reported_at")
        writer.string(reportedAt.description)
        writer.key("age_ms")
        writer.integer(max(0, now().milliseconds - reportedAt.milliseconds))
        if let since = drift(of: seen) {
            writer.key("drifting_since")
            writer.string(since.description)
        }
        writer.endObject()
    }
}

extension JSONWriter {
    /// Writes an id and, beside it, the name that it has in `names`.
    mutating func reference(_ name: String, _ id: ObjectID, _ names: TrustState) {
        key(name)
        string(id.description)
        guard let text = names.summary(of: id)?.name else { return }
        key(name + "_name")
        string(text)
    }
}
