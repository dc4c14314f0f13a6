// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// What a cut or a hold covers.
public struct Scope: Sendable, Hashable {
    /// The kinds of cover.
    public enum Kind: String, Sendable, CaseIterable {
        /// One credential, and what was derived from it.
        case credential
        /// Every credential bound to one key (SHA-256 thumbprint, RFC 7638).
        case key
        /// Every credential of one task.
        case task
        /// Every credential of one identity, operator, enforcement point or API.
        case identity
        /// Everything delegated from one root.
        case delegationRoot = "delegation_root"
        /// Everything of one participant.
        case participant
        /// Everything under one version of an agreement.
        case agreementVersion = "agreement_version"
        /// Every token of one workload, by the name that decisions have: whoever it proves.
        case workload
        /// Every token of one issuer.
        case issuer
        /// Everything in one trust domain.
        case trustDomain = "trust_domain"
        /// Everything.
        case all

        /// The kinds of id that stand in such a scope; none where its value is no id of ours.
        var covers: [ObjectKind] {
            switch self {
            case .credential: [.credential]
            case .identity: [.identity, .operator, .enforcementPoint, .api]
            case .issuer: [.issuer]
            case .task: [.task]
            case .all, .key, .delegationRoot, .participant, .agreementVersion, .workload, .trustDomain: []
            }
        }
    }

    /// The kind of cover.
    public let kind: Kind
    /// What of that kind: an id, a thumbprint or a trust domain; empty for `all`.
    public let value: String

    /// A scope of the given kind.
    public init(_ kind: Kind, _ value: String = "") {
        self.kind = kind
        self.value = value
    }

    /// The scope of everything that `id` has.
    public init(identity id: ObjectID) { self.init(.identity, id.description) }

    /// The scope of everything that hangs on a task.
    public init(task id: ObjectID) { self.init(.task, id.description) }

    /// Reads `{"kind","id"?}`.
    public init(_ value: JSONValue, at pointer: String, references: some References) throws(ShapeError) {
        var reader = try ObjectReader(value, at: pointer)
        let kind = try reader.choice("kind", Kind.self)
        let text = try reader.optionalString("id") ?? ""
        try reader.finish()
        let idPointer = reader.pointer(to: "id")
        switch kind {
        case .all:
            guard text.isEmpty else { throw ShapeError(.value, idPointer, "the scope 'all' takes no id") }
            self.init(.all)
        case .issuer:
            self.init(.issuer, try references.resolve(text, kind: .issuer, at: idPointer).description)
        case .credential:
            // A token that is issued here is registered nowhere: whether its id can be one is asked where that is validated.
            if let id = ObjectID(text), id.kind == .credential {
                self.init(.credential, id.description)
            } else {
                self.init(.credential, try references.resolve(text, kind: .credential, at: idPointer).description)
            }
        case .identity:
            if let id = ObjectID(text), kind.covers.contains(id.kind) {
                self.init(identity: id)
            } else {
                self.init(identity: try references.resolve(text, kind: .identity, at: idPointer))
            }
        // Logs from before tasks were declared here name them by any label.
        case .task where !(references is StoredReferences):
            self.init(task: try references.resolve(text, kind: .task, at: idPointer))
        case .key, .task, .delegationRoot, .participant, .agreementVersion, .workload, .trustDomain:
            guard Self.isLabel(text, of: kind) else {
                throw ShapeError(.value, idPointer, "an id of 1 to 256 visible ASCII characters is expected")
            }
            self.init(kind, text)
        }
    }

    /// Whether `text` can name what has no id here: 1 to 256 of visible ASCII, equal only where its bytes are. A workload
    /// may have a SPIFFE ID, of up to 2,048.
    static func isLabel(_ text: String, of kind: Kind) -> Bool {
        (1...(kind == .workload ? 2048 : 256)).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// Reads what ``description`` writes; nil for anything else.
    public init?(stored text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let kind = parts.first.flatMap({ Kind(rawValue: String($0)) }) else { return nil }
        if kind == .all {
            guard parts.count == 1 else { return nil }
            self.init(.all)
        } else {
            guard parts.count == 2, Self.isLabel(String(parts[1]), of: kind) else { return nil }
            self.init(kind, String(parts[1]))
        }
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("kind", kind.rawValue)
        if kind != .all { writer.member("id", value) }
        writer.endObject()
    }
}

extension Scope: CustomStringConvertible {
    /// `identity:nhi_01...`, `all`.
    public var description: String { kind == .all ? "all" : "\(kind.rawValue):\(value)" }
}
