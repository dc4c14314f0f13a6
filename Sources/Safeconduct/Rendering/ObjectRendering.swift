// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
public import StrictJSON
public import TrustModel
internal import TrustStore

extension Engine {
    /// Writes a registered object as the API shows it: its members, its free text in clear, its owner's name and the
    /// revisions that made it.
    ///
    /// - Parameter state: The state that says what stage a policy set is in; nil for the newest.
    public func render<Object: TrustObject>(
        _ record: Record<Object>,
        as state: TrustState? = nil,
        to writer: inout JSONWriter,
        with more: (inout JSONWriter) -> Void = { _ in }
    ) {
        writer.beginObject()
        writer.key("id")
        writer.string(record.object.id.description)
        record.object.writeMembers(to: &writer)
        if let owner = view.state.summary(of: record.object.id)?.custody?.owner,
            let name = view.state.summary(of: owner)?.name
        {
            writer.key("owner_name")
            writer.string(name)
        }
        if let credential = record.object as? Credential, let name = view.state.summary(of: credential.holder)?.name {
            writer.key("holder_name")
            writer.string(name)
        }
        if let task = record.object as? DeclaredTask { renderStanding(of: task, to: &writer) }
        if let sealed = record.object.sealed { renderText(sealed, to: &writer) }
        if let set = record as? Record<PolicySet> {
            writer.key("state")
            writer.string((state ?? view.state).stage(of: set).rawValue)
        }
        if Object.kind == .enforcementPoint { renderSeen(record.object.id, to: &writer) }
        more(&writer)
        writer.key("retired")
        writer.bool(record.retired)
        writer.key("created_rev")
        writer.integer(Int64(clamping: record.created))
        writer.key("rev")
        writer.integer(Int64(clamping: record.rev))
        writer.key("changed_at")
        writer.string(record.changedAt.description)
        writer.endObject()
    }

    /// Writes what is not stored with a task: whose it is by name, and its state now.
    private func renderStanding(of task: DeclaredTask, to writer: inout JSONWriter) {
        if let name = view.state.summary(of: task.identity)?.name {
            writer.key("identity_name")
            writer.string(name)
        }
        writer.key("state")
        writer.string(task.state(at: now()).rawValue)
    }

    /// Writes the members of sealed text; `erased` when its key was destroyed.
    private func renderText(_ sealed: SealedText, to writer: inout JSONWriter) {
        guard let plain = try? sealer.open(sealed), case .object(let texts)? = try? JSONValue(parsing: plain) else {
            writer.key("erased")
            writer.bool(true)
            return
        }
        for member in texts {
            writer.key(member.key)
            writer.value(member.value)
        }
    }

    /// What stops an object or its holder now: the holds in force on it.
    public func holds(on id: ObjectID) -> [Record<Hold>] {
        view.state.revocations.holds(on: id).compactMap { view.state.holds[$0] }
    }

    /// The verifying keys of all logs, in vkey form (C2SP signed-note), by log.
    public func verifyingKeys() throws -> [(log: LogNameAndOrigin, key: String)] {
        try logs().compactMap { name in
            let origin = self.origin(of: name)
            switch name {
            case .control:
                return view.state.opening.map { (LogNameAndOrigin(name: name, origin: origin), $0.verifyingKey) }
            case .evidence(let number, _):
                guard let node = view.state.nodes.sorted.first(where: { $0.object.number == number }),
                    let key = Self.verifierKey(node.object.verifyingKey, origin: origin)
                else { return nil }
                return (LogNameAndOrigin(name: name, origin: origin), key)
            }
        }
    }
}
