// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON
internal import TrustModel

/// The leaf of a decision: who, what, when, by which policies, with which answer, and all that is needed to decide it
/// again.
///
/// Request attributes are sealed for the identity; those that the operation does not name are a keyed digest.
struct DecisionRecord: Sendable {
    /// The identity as people know it: its permanent name and its kind.
    struct Service: Sendable, Equatable {
        let name: String
        let kind: String
    }

    /// From when until when the credential that was used counts.
    struct Window: Sendable, Equatable {
        let notBefore: Timestamp
        let expiresAt: Timestamp
    }

    var at: Timestamp
    var rev: UInt64
    /// The enforcement point that asked; the operator who gave it, where it is a command's.
    var point: ObjectID
    var identity: ObjectID?
    /// Whose name and kind ``identity`` has; replay goes by the id.
    var service: Service?
    /// Who the token says it is: a SPIFFE ID, else `sha256:` over issuer and subject.
    var workload: String?
    /// SHA-256 of the presented token.
    var credential: String?
    var window: Window?
    var issuer: ObjectID?
    /// The presented token's own id, where it was issued here.
    var token: ObjectID?
    /// The task that it was issued for.
    var task: ObjectID?
    /// Who acts for whom; nil where nobody does.
    var chain: ChainFacts?
    /// The API called; the operator again, where it is a command's.
    var api: ObjectID
    /// The operation's name within its API; nil when the call reached none.
    var operation: String?
    var purpose: String?
    var outcome: Decision.Outcome
    var reason: String
    var policySet: ObjectID?
    var determining: [String] = []
    var failures: [String] = []
    var remedies: [String] = []
    /// The remedies that were met, those that the engine met itself included.
    var met: [String] = []
    var assurance: Int64 = 0
    var binding: String = "none"
    var score = TrustScore.neutral
    var apiScore = TrustScore.neutral
    /// Limits, bindings, alerts, and what policies in shadow mode would have said.
    var facts = DecisionFacts()
    /// The request attributes that policies saw.
    var attributes: SealedText?
    /// The digest of those they did not see; nil when there were none.
    var withheld: String?

    /// What was asked for, where it is the record of a command that was not let in.
    var command: DeniedCommand?
    /// What was asked for, where it is about a credential and not about a call; ``point`` is the identity that asked.
    var issue: IssueFacts?

    /// What was decided.
    var act: Act { issue == nil ? .call : .issue }

    /// The bytes to store.
    func stored() -> [UInt8] {
        if let command { return stored(command) }
        var writer = JSONWriter(capacity: 768)
        writer.beginObject()
        writer.key("v")
        writer.integer(1)
        member(&writer, "kind", issue == nil ? EvidenceLeaf.decision : EvidenceLeaf.issue)
        writer.key("at")
        writer.string(at)
        writer.key("rev")
        writer.integer(Int64(clamping: rev))
        member(&writer, issue == nil ? "pep" : "client", point)
        member(&writer, "identity", identity)
        if let service {
            writer.key("service")
            writer.beginObject()
            member(&writer, "name", service.name)
            member(&writer, "kind", service.kind)
            writer.endObject()
        }
        member(&writer, "workload", workload)
        member(&writer, "credential", credential)
        if let window {
            writer.key("window")
            writer.beginObject()
            writer.key("not_before")
            writer.string(window.notBefore)
            writer.key("expires_at")
            writer.string(window.expiresAt)
            writer.endObject()
        }
        member(&writer, "issuer", issuer)
        member(&writer, "token", token)
        member(&writer, "task", task)
        if let chain {
            writer.key("chain")
            chain.write(to: &writer)
        }
        member(&writer, "api", api)
        member(&writer, "operation", operation)
        member(&writer, "purpose", purpose)
        member(&writer, "outcome", outcome.rawValue)
        member(&writer, "reason", reason)
        member(&writer, "policies", policySet)
        list(&writer, "determining", determining)
        list(&writer, "failures", failures)
        list(&writer, "remedies", remedies)
        list(&writer, "met", met)
        facts.write(to: &writer)
        issue?.writeMembers(to: &writer)
        writer.key("assurance")
        writer.integer(assurance)
        member(&writer, "binding", binding)
        writer.key("trust")
        writer.beginObject()
        writer.key("caller")
        score.write(to: &writer)
        writer.key("api")
        apiScore.write(to: &writer)
        writer.endObject()
        attributes?.writeMember(to: &writer)
        member(&writer, "withheld", withheld)
        writer.endObject()
        return writer.bytes
    }

    /// The bytes of a record without withheld attributes, with their digest added: its member is the last one.
    static func withholding(_ digest: String, in stored: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(stored.count + 16 + digest.utf8.count)
        bytes.append(contentsOf: stored.dropLast())
        // A digest is Base64url: nothing in it has to be escaped.
        bytes.append(contentsOf: ",\"withheld\":\"".utf8)
        bytes.append(contentsOf: digest.utf8)
        bytes.append(contentsOf: "\"}".utf8)
        return bytes
    }

    private func member(_ writer: inout JSONWriter, _ key: String, _ text: String?) {
        guard let text else { return }
        writer.key(key)
        writer.string(text)
    }

    private func member(_ writer: inout JSONWriter, _ key: String, _ id: ObjectID?) {
        guard let id else { return }
        writer.key(key)
        writer.string(id)
    }

    private func list(_ writer: inout JSONWriter, _ key: String, _ texts: [String]) {
        writer.key(key)
        writer.beginArray()
        for text in texts { writer.string(text) }
        writer.endArray()
    }
}

extension DecisionRecord {
    /// A record names every policy that determined it, so it may be larger than a request.
    static let limits = JSONLimits(maximumBytes: 64 << 20, maximumDepth: 16, maximumValues: 1 << 22)

    /// Reads stored bytes.
    init(stored bytes: [UInt8]) throws(EngineError) {
        do {
            let value = try JSONValue(parsing: bytes, limits: Self.limits)
            if value["kind"] == "command" {
                self = try Self.command(value)
                return
            }
            var reader = try ObjectReader(value)
            let kind = try reader.string("kind")
            let isIssue = kind == EvidenceLeaf.issue
            guard try reader.integer("v") == 1, isIssue || kind == EvidenceLeaf.decision else {
                throw ShapeError(.value, "/kind", "a decision is expected")
            }
            let at = try reader.timestamp("at")
            let rev = UInt64(clamping: try reader.integer("rev"))
            guard let point = ObjectID(try reader.string(isIssue ? "client" : "pep")),
                let api = ObjectID(try reader.string("api")),
                let outcome = Decision.Outcome(rawValue: try reader.string("outcome"))
            else { throw ShapeError(.value, "", "an id or outcome is malformed") }
            self.init(at: at, rev: rev, point: point, api: api, outcome: outcome, reason: try reader.string("reason"))
            identity = try reader.optionalString("identity").flatMap(ObjectID.init)
            // Leaves of the first release have none of these three.
            if var member = try reader.optionalObject("service") {
                service = Service(name: try member.string("name"), kind: try member.string("kind"))
                try member.finish()
            }
            workload = try reader.optionalString("workload")
            if var member = try reader.optionalObject("window") {
                window = Window(
                    notBefore: try member.timestamp("not_before"),
                    expiresAt: try member.timestamp("expires_at")
                )
                try member.finish()
            }
            credential = try reader.optionalString("credential")
            issuer = try reader.optionalString("issuer").flatMap(ObjectID.init)
            // Leaves from before tokens were issued here have neither.
            token = try reader.optionalString("token").flatMap(ObjectID.init)
            task = try reader.optionalString("task").flatMap(ObjectID.init)
            if var member = try reader.optionalObject("chain") { chain = try ChainFacts(&member) }
            operation = try reader.optionalString("operation")
            purpose = try reader.optionalString("purpose")
            policySet = try reader.optionalString("policies").flatMap(ObjectID.init)
            determining = try reader.strings("determining")
            failures = try reader.strings("failures")
            remedies = try reader.strings("remedies")
            met = try reader.strings("met")
            facts = try DecisionFacts(&reader)
            if isIssue { issue = try IssueFacts(&reader) }
            assurance = try reader.integer("assurance")
            binding = try reader.string("binding")
            // Scores are neutral in this version; later ones are read from the record.
            _ = reader.optional("trust")
            attributes = try SealedText.read(&reader)
            withheld = try reader.optionalString("withheld")
            try reader.finish()
        } catch {
            throw EngineError(.corrupt, "the stored decision is unreadable: \(error)")
        }
    }
}
