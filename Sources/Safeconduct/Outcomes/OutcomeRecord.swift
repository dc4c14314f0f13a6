// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON
internal import TrustModel

/// The leaf that closes a decision: what came of it, in the log of the node that was told.
struct OutcomeRecord: Sendable {
    var at: Timestamp
    /// The newest revision that the node knew.
    var rev: UInt64
    /// Who tells.
    var point: ObjectID
    /// What it closes.
    var decision: ObjectID
    /// Whether the point did as was decided: false when it let a call through that had been denied.
    var enforced: Bool
    var report: OutcomeReport

    /// The record of a report on a decision that permitted the call or did not.
    init(
        _ report: OutcomeReport,
        on decision: ObjectID,
        permitted: Bool,
        by point: ObjectID,
        at time: Timestamp,
        rev: UInt64
    ) {
        at = time
        self.rev = rev
        self.point = point
        self.decision = decision
        self.report = report
        // A point may be stricter than the decision, and an access log has the status of its own refusal: only a call
        // that reached the API all the same contradicts a denial.
        enforced = permitted || !(report.passed ?? report.status.map { $0 < 400 } ?? false)
    }

    /// What it comes down to.
    func result(permitted: Bool) -> OutcomeResult {
        OutcomeResult(report, enforced: enforced, permitted: permitted)
    }

    /// The bytes to store.
    func stored() -> [UInt8] {
        var writer = JSONWriter(capacity: 384)
        writer.beginObject()
        writer.key("v")
        writer.integer(1)
        writer.key("kind")
        writer.string(EvidenceLeaf.outcome)
        writer.key("at")
        writer.string(at.description)
        writer.key("rev")
        writer.integer(Int64(clamping: rev))
        writer.key("pep")
        writer.string(point.description)
        writer.key("decision")
        writer.string(decision.description)
        writer.key("enforced")
        writer.bool(enforced)
        report.writeMembers(to: &writer)
        writer.endObject()
        return writer.bytes
    }

    /// Reads stored bytes.
    init(stored bytes: [UInt8]) throws(EngineError) {
        do throws(any Error) {
            var reader = try ObjectReader(try JSONValue(parsing: bytes))
            guard try reader.integer("v") == 1, try reader.string("kind") == EvidenceLeaf.outcome else {
                throw ShapeError(.value, "/kind", "an outcome is expected")
            }
            at = try reader.timestamp("at")
            rev = UInt64(clamping: try reader.integer("rev"))
            guard let point = ObjectID(try reader.string("pep")),
                let decision = ObjectID(try reader.string("decision")), decision.kind == .decision,
                let enforced = try reader.optionalBool("enforced")
            else { throw ShapeError(.value, "", "an id is malformed, or a member is missing") }
            self.point = point
            self.decision = decision
            self.enforced = enforced
            report = try OutcomeReport(&reader)
            try reader.finish()
        } catch {
            throw EngineError(.corrupt, "the stored outcome is unreadable: \(error)")
        }
    }
}

/// An outcome as it lies in its log.
public struct StoredOutcome: Sendable {
    /// The log that holds its leaf: of the node that was told, which may be another than the one that decided.
    let log: String
    /// The index of its leaf.
    let index: UInt64
    let record: OutcomeRecord
}
