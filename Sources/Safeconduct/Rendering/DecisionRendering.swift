// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON
public import TrustModel
internal import TrustStore

extension StoredDecision {
    /// Writes the decision as the API shows it: the stored members, where they lie, and what came of it.
    ///
    /// - Parameter names: The state whose names stand beside ids.
    public func render(names: TrustState, to writer: inout JSONWriter) {
        writer.beginObject()
        renderMembers(to: &writer)
        renderNames(names, to: &writer)
        renderOutcome(to: &writer)
        writer.endObject()
    }

    /// Writes the decision with what replaying it showed.
    ///
    /// - Parameter names: The state whose names stand for ids.
    public func render(_ replay: Replay, names: TrustState, to writer: inout JSONWriter) {
        writer.beginObject()
        renderMembers(to: &writer)
        renderNames(names, to: &writer)
        renderOutcome(to: &writer)
        writer.key("request")
        if let attributes = replay.attributes { writer.raw(attributes) } else { writer.string("erased") }
        writer.key("replay")
        writer.beginObject()
        replay.writeMembers(to: &writer)
        writer.key("candidates")
        writer.beginArray()
        for candidate in replay.candidates {
            writer.beginObject()
            for (key, text) in [
                ("policy", candidate.policy), ("effect", candidate.effect), ("mode", candidate.mode),
                ("state", candidate.state), ("detail", candidate.detail),
            ] {
                writer.key(key)
                writer.string(text)
            }
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        if let explanation = replay.explanation {
            writer.key("explanation")
            writer.raw(explanation)
        }
        writer.endObject()
    }

    private func renderNames(_ names: TrustState, to writer: inout JSONWriter) {
        for (key, id) in [
            (askerKey, record.point), ("identity_name", record.identity),
            ("api_name", record.command == nil ? record.api : nil), ("issuer_name", record.issuer),
        ] {
            guard let name = id.flatMap({ names.summary(of: $0)?.name }) else { continue }
            writer.key(key)
            writer.string(name)
        }
    }

    /// Under which name the one who asked is shown.
    private var askerKey: String {
        if record.command != nil { return "by_name" }
        return record.act == .issue ? "client_name" : "pep_name"
    }

    /// Writes what is known of what came of the call; nothing for a call that was stopped.
    private func renderOutcome(to writer: inout JSONWriter) {
        guard let state else { return }
        writer.key("outcome_report")
        writer.beginObject()
        writer.key("state")
        writer.string(state.rawValue)
        if let outcome {
            for (key, text) in [
                ("at", outcome.record.at.description),
                ("result", outcome.record.result(permitted: record.outcome.permits).rawValue),
            ] {
                writer.key(key)
                writer.string(text)
            }
            writer.key("enforced")
            writer.bool(outcome.record.enforced)
            outcome.record.report.writeMembers(to: &writer)
            writer.key("log")
            writer.string(outcome.log)
            writer.key("index")
            writer.integer(Int64(clamping: outcome.index))
        }
        writer.endObject()
    }

    private func renderMembers(to writer: inout JSONWriter) {
        writer.key("id")
        writer.string(id.description)
        writer.key("log")
        writer.string(log.description)
        writer.key("index")
        writer.integer(Int64(clamping: index))
        // The stored bytes are the truth; their members are shown as they are.
        guard let body = leaf.body, case .object(let members)? = try? JSONValue(parsing: body) else { return }
        // What says nothing of its kind is a decision about a call.
        let isCall = record.command == nil && record.act == .call
        let hidden = (isCall ? ["v", "kind"] : ["v"]) + (record.command == nil ? ["sealed"] : [])
        for member in members where !hidden.contains(member.key) {
            writer.key(member.key)
            writer.value(member.value)
        }
    }
}

extension Replay {
    /// Writes the replay alone, without the policies one by one.
    public func render(_ decision: StoredDecision, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("id")
        writer.string(decision.id.description)
        writer.key("rev")
        writer.integer(Int64(clamping: decision.record.rev))
        writer.key("recorded")
        let record = decision.record
        Answer(
            outcome: record.outcome,
            reason: record.reason,
            determining: record.determining,
            failures: record.failures,
            remedies: record.remedies
        ).write(to: &writer)
        writeMembers(to: &writer)
        writer.endObject()
    }

    fileprivate func writeMembers(to writer: inout JSONWriter) {
        writer.key("identical")
        writer.bool(identical)
        if let obstacle {
            writer.key("obstacle")
            writer.string(obstacle.rawValue)
        }
        if let answer {
            writer.key("answer")
            answer.write(to: &writer)
        }
    }
}

extension Replay.Answer {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        for (key, text) in [("outcome", outcome.rawValue), ("reason", reason)] {
            writer.key(key)
            writer.string(text)
        }
        for (key, texts) in [("determining", determining), ("failures", failures), ("remedies", remedies)] {
            writer.key(key)
            writer.beginArray()
            for text in texts { writer.string(text) }
            writer.endArray()
        }
        writer.endObject()
    }
}
