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

    /// Reads from the server all that the comparison needs.
    static func comparing(_ documents: [ApplyDocument], _ client: Client) async throws(CommandFailure) -> ApplyPlan {
        var plan = ApplyPlan()
        for kind in ApplyKind.allCases {
            guard let (objectKind, noun) = kind.object else { continue }
            // Only these are referred to by name.
            if [.operator, .issuer, .api].contains(kind) {
                let list = try await Registry(noun: noun, client: client).list()
                for item in list["items"]?.arrayValue ?? [] {
                    guard let name = item["name"]?.stringValue, let id = item["id"]?.stringValue.flatMap(ObjectID.init)
                    else { continue }
                    plan.known[objectKind, default: [:]][name] = id
                }
            }
            for document in documents where document.kind == kind {
                plan.present[document.key] =
                    try await Registry(noun: noun, client: client).objectIfAny(document.name)
                if plan.known[objectKind]?[document.name] == nil {
                    // Not there yet: the id only has to be the same wherever this plan speaks of it.
                    let number = UInt64(plan.known.values.reduce(1) { $0 + $1.count })
                    plan.known[objectKind, default: [:]][document.name] =
                        ObjectID(kind: objectKind, high: 0, low: number)
                }
            }
        }
        if documents.contains(where: { $0.kind == .policySet }) {
            plan.policies = try await PolicyActivate.active(client)
        }
        return plan
    }

    /// What applying `document` would do.
    func result(of document: ApplyDocument) throws(CommandFailure) -> ApplyResult {
        let change: ApplyResult.Change
        if document.kind == .policySet {
            let files = PolicyDocument.files(of: document)
            change = policies.map { PolicyFiles.areActive(files, in: $0) ? .unchanged : .changed } ?? .created
        } else if let present = present[document.key] {
            var references = DraftReferences(known: known)
            references.presentExpiry = present["expires_at"]?.stringValue.flatMap(Timestamp.init)
            let wanted = try ObjectDraft.members(document, references)
            change = Self.isSame(wanted, present) ? .unchanged : .changed
        } else {
            _ = try ObjectDraft.members(document, DraftReferences(known: known))
            change = .created
        }
        return ApplyResult(kind: document.kind, name: document.name, change: change, revision: nil)
    }

    /// Whether the server shows every member as wanted, and no free text besides.
    private static func isSame(_ wanted: JSONObject, _ present: JSONValue) -> Bool {
        wanted.allSatisfy { present[$0.key] == $0.value }
            && ["display_name", "contact", "description"].allSatisfy { wanted[$0] != nil || present[$0] == nil }
            && ["jwks_url", "data_class", "sensitivity", "base_path"].allSatisfy {
                wanted[$0] != nil || present[$0] == nil
            }
    }
}

extension ApplyDocument {
    /// What tells it from all others.
    var key: String { "\(kind.rawValue)/\(name)" }
}
