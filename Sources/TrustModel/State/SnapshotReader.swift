// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// Builds a state from the parts of a snapshot.
///
/// A snapshot is worth what its digest is: it is recomputed from the lines, and the state is trusted only where the
/// control log holds the same digest at the same revision.
public struct SnapshotReader {
    private var state = TrustState()
    private var stated: String?

    /// A reader that expects the part with the head first.
    public init() {}

    /// Takes up the next part.
    public mutating func read(_ part: SnapshotPart) throws(FoldError) {
        guard (part.head != nil) == (stated == nil) else {
            throw FoldError(.unreadable, "a snapshot has one head, and begins with it")
        }
        do {
            if let head = part.head {
                var reader = try ObjectReader(head)
                try readHead(&reader)
                try reader.finish()
            }
            for step in part.steps { try step(&state) }
        } catch {
            throw FoldError(.unreadable, "snapshot: \(error)")
        }
        state.digest.add(part.digest)
    }

    /// The state read, if its recomputed digest is the one its head states.
    public func finish() throws(FoldError) -> TrustState {
        guard stated == state.digest.description else {
            throw FoldError(.digest, "the snapshot's objects are not those of its digest")
        }
        return state
    }

    private mutating func readHead(_ reader: inout ObjectReader) throws(ShapeError) {
        guard try reader.integer("v") == TrustState.snapshotVersion else {
            throw ShapeError(.value, "/v", "unknown version")
        }
        state.size = UInt64(clamping: try reader.integer("size"))
        state.time = try reader.timestamp("at")
        stated = try reader.string("digest")
        for (member, realm) in [
            ("active_policies", PolicySet.Realm.calls), ("active_command_policies", PolicySet.Realm.commands),
        ] {
            guard let active = try reader.optionalString(member) else { continue }
            let id = try StoredReferences().resolve(active, kind: .policySet, at: reader.pointer(to: member))
            state.setActivePolicies(id, of: realm)
        }
        if let shadow = try reader.optionalString("shadow_policies") {
            let pointer = reader.pointer(to: "shadow_policies")
            state.setShadowPolicies(try StoredReferences().resolve(shadow, kind: .policySet, at: pointer))
        }
        if let opening = reader.optional("opening") { state.setOpening(try LogOpening(opening, at: "/opening")) }
        if let confirmed = try reader.optionalInteger("confirmed_generation") { state.setConfirmed(confirmed) }
        for element in try reader.array("anchors") {
            state.setAnchor(try EvidenceAnchor(element.value, at: element.pointer))
        }
    }
}
