// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON
internal import TrustModel

extension DecisionRecord {
    /// The record of a command that was not let in.
    init(
        denied question: CommandQuestion,
        _ judgement: CommandJudgement,
        by operator: ObjectID,
        policies: ObjectID,
        _ state: TrustState,
        at now: Timestamp
    ) {
        // Who gives a command is in the place of who asks about a call.
        self.init(
            at: now,
            rev: state.rev ?? 0,
            point: `operator`,
            api: `operator`,
            outcome: .deny,
            reason: judgement.reason
        )
        policySet = policies
        determining = judgement.determining
        failures = judgement.failures
        var resource = JSONWriter()
        question.target.write(to: &resource, in: state)
        command = DeniedCommand(question: question, resource: resource.bytes)
    }

    /// The bytes to store for a command.
    func stored(_ command: DeniedCommand) -> [UInt8] {
        var writer = JSONWriter(capacity: 768)
        writer.beginObject()
        writer.key("v")
        writer.integer(1)
        for (key, text) in [("kind", "command"), ("at", at.description)] {
            writer.key(key)
            writer.string(text)
        }
        writer.key("rev")
        writer.integer(Int64(clamping: rev))
        for (key, text) in [("by", point.description), ("action", command.question.action)] {
            writer.key(key)
            writer.string(text)
        }
        writer.key("resource")
        writer.raw(command.resource)
        writer.key("change")
        command.question.change.write(to: &writer)
        for (key, text) in [
            ("outcome", outcome.rawValue), ("reason", reason), ("policies", policySet?.description ?? ""),
        ] {
            writer.key(key)
            writer.string(text)
        }
        for (key, texts) in [("determining", determining), ("failures", failures)] {
            writer.key(key)
            writer.beginArray()
            for text in texts { writer.string(text) }
            writer.endArray()
        }
        writer.endObject()
        return writer.bytes
    }

    /// Reads the stored form of a command.
    static func command(_ value: JSONValue) throws(ShapeError) -> DecisionRecord {
        var reader = try ObjectReader(value)
        _ = try reader.integer("v")
        _ = try reader.string("kind")
        let at = try reader.timestamp("at")
        let rev = UInt64(clamping: try reader.integer("rev"))
        guard let by = ObjectID(try reader.string("by")),
            let outcome = Decision.Outcome(rawValue: try reader.string("outcome"))
        else { throw ShapeError(.value, "", "an id or outcome is malformed") }
        var record = DecisionRecord(
            at: at,
            rev: rev,
            point: by,
            api: by,
            outcome: outcome,
            reason: try reader.string("reason")
        )
        record.policySet = ObjectID(try reader.string("policies"))
        record.determining = try reader.strings("determining")
        record.failures = try reader.strings("failures")
        let resource = try reader.required("resource")
        record.command = DeniedCommand(
            question: CommandQuestion(
                action: try reader.string("action"),
                target: try CommandTarget(resource, at: "/resource"),
                change: try CommandChange(try reader.required("change"), at: "/change")
            ),
            resource: resource.serialized()
        )
        try reader.finish()
        return record
    }
}

/// What a denied command asked for.
struct DeniedCommand: Sendable {
    let question: CommandQuestion
    /// What it was about, as stored: with the names of that moment.
    let resource: [UInt8]
}
