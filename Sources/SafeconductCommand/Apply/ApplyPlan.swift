// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import TrustModel

/// What applying documents would do, found by comparing them with what the server has.
struct ApplyPlan: Sendable {
    private var present: [String: JSONValue] = [:]
    private var policies: JSONValue?
    private var known: [ObjectKind: [String: ObjectID]] = [:]
    /// The names of all that is known, by id.
    private var names: [String: String] = [:]

    /// Reads from the server all that the comparison needs.
    static func comparing(_ documents: [ApplyDocument], _ client: Client) async throws(CommandFailure) -> ApplyPlan {
        var plan = ApplyPlan()
        for kind in ApplyKind.allCases {
            guard let (objectKind, noun) = kind.object else { continue }
            // Only these are referred to by name.
            if [.operator, .issuer, .api].contains(kind) {
                let list = try await Registry(noun: noun, client: client).list()
                for item in list["items"]?.arrayValue ?? [] where item["retired"] != true {
                    guard let name = item["name"]?.stringValue, let id = item["id"]?.stringValue.flatMap(ObjectID.init)
                    else { continue }
                    plan.known[objectKind, default: [:]][name] = id
                }
            }
            let ofKind = documents.filter { $0.kind == kind }
            let registry = Registry(noun: noun, client: client)
            let present = try await BoundedWork.values(ofKind) { document in
                await Result { () async throws(CommandFailure) in try await registry.objectIfAny(document.name) }
            }
            for (document, object) in zip(ofKind, present) {
                plan.present[document.key] = object
                if plan.known[objectKind]?[document.name] == nil {
                    // Not there yet: the id only has to be the same wherever this plan speaks of it.
                    let number = UInt64(plan.known.values.reduce(1) { $0 + $1.count })
                    plan.known[objectKind, default: [:]][document.name] =
                        ObjectID(kind: objectKind, high: 0, low: number)
                }
            }
        }
        for document in documents where document.kind == .policySet {
            try await ApplyWriter(client: client).review(document)
            plan.policies = try await PolicyActivate.active(client)
        }
        for (name, id) in plan.known.values.joined() { plan.names[id.description] = name }
        return plan
    }

    /// What applying `document` would do.
    func result(of document: ApplyDocument) throws(CommandFailure) -> ApplyResult {
        let change: ApplyResult.Change
        if document.kind == .policySet {
            let files = PolicyDocument.files(of: document)
            change = policies.map { PolicyFiles.areActive(files, in: $0) ? .unchanged : .changed } ?? .created
        } else if let present = present[document.key] {
            guard present["retired"] != true else {
                throw document.failure(.conflict, "/name", "this object was retired; its name is not used again")
            }
            change = try changes(of: document).isEmpty ? .unchanged : .changed
        } else {
            _ = try ObjectDraft.members(document, DraftReferences(known: known))
            change = .created
        }
        return ApplyResult(kind: document.kind, name: document.name, change: change, revision: nil)
    }

    /// What would be different, member by member; everything when the object is not there yet.
    func changes(of document: ApplyDocument) throws(CommandFailure) -> [MemberChange] {
        if document.kind == .policySet {
            let files = PolicyDocument.files(of: document).map { ($0.name, JSONValue.string($0.text)) }
            var before = JSONObject()
            for file in policies?["files"]?.arrayValue ?? [] {
                if let name = file["name"]?.stringValue { before[name] = file["text"] }
            }
            return MemberChange.between(.object(before), .object(JSONObject(files)), at: "files")
        }
        var references = DraftReferences(known: known)
        let present = self.present[document.key]
        references.presentExpiry = present?["expires_at"]?.stringValue.flatMap(Timestamp.init)
        let wanted = try ObjectDraft.members(document, references)
        // The server shows more than can be wanted: what it found out, and revisions. All else counts.
        var before = present?.objectValue ?? JSONObject()
        for member in Self.found { before[member] = nil }
        return MemberChange.between(
            .object(named(before)),
            .object(named(SetMembers.inOrder(of: before, wanted)))
        )
    }

    /// What answers show and no document says (the server's own findings).
    private static let found = [
        "id", "owner_name", "erased", "reason_dropped", "hold", "holds", "retired", "created_rev", "rev", "changed_at",
        "etag",
    ]

    /// An object with names instead of ids, where this plan knows them, for people.
    private func named(_ object: JSONObject) -> JSONObject {
        func shown(_ value: JSONValue) -> JSONValue {
            switch value {
            case .string(let text): names[text].map { .string($0) } ?? value
            case .array(let elements): .array(elements.map(shown))
            case .object(let object): .object(JSONObject(object.map { ($0.key, shown($0.value)) }))
            default: value
            }
        }
        return JSONObject(object.map { ($0.key, shown($0.value)) })
    }
}

extension ApplyDocument {
    /// What tells it from all others.
    var key: String { "\(kind.rawValue)/\(name)" }
}
