// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections
internal import StrictJSON

// What the state holds besides registered objects enters its digest, too: a snapshot whose head names other policies or
// another log has to be as visible as one with another object. The fold and the snapshot reader both come through here.
extension TrustState {
    /// Sets the opening of the log.
    mutating func setOpening(_ new: LogOpening) {
        if let opening { digest.remove(Self.bytes(opening)) }
        digest.add(Self.bytes(new))
        opening = new
    }

    /// Sets which policy set decides about what the realm names.
    mutating func setActivePolicies(_ new: ObjectID, of realm: PolicySet.Realm) {
        if let old = activePolicies(of: realm) { digest.remove(Self.bytes(active: old, of: realm)) }
        digest.add(Self.bytes(active: new, of: realm))
        switch realm {
        case .calls: activePolicies = new
        case .commands: activeCommandPolicies = new
        }
    }

    /// Sets which policy set is tried beside the one that decides about calls; nil for none.
    mutating func setShadowPolicies(_ new: ObjectID?) {
        if let old = shadowPolicies { digest.remove(Self.bytes(shadow: old)) }
        if let new { digest.add(Self.bytes(shadow: new)) }
        shadowPolicies = new
    }

    /// Sets the newest checkpoint of an evidence log.
    mutating func setAnchor(_ new: EvidenceAnchor) {
        if let old = anchorsByOrigin.updateValue(new, forKey: new.origin) { digest.remove(Self.bytes(old)) }
        digest.add(Self.bytes(new))
    }

    // Each form begins with a member that no record begins with, so that none can stand for another.
    private static func bytes(_ opening: LogOpening) -> [UInt8] {
        bytes("opening") { opening.write(to: &$0) }
    }

    private static func bytes(active id: ObjectID, of realm: PolicySet.Realm) -> [UInt8] {
        bytes(realm == .calls ? "active_policies" : "active_command_policies") { $0.string(id.description) }
    }

    private static func bytes(shadow id: ObjectID) -> [UInt8] {
        bytes("shadow_policies") { $0.string(id.description) }
    }

    private static func bytes(_ anchor: EvidenceAnchor) -> [UInt8] {
        bytes("anchor") { anchor.write(to: &$0) }
    }

    private static func bytes(_ member: String, _ write: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key(member)
        write(&writer)
        writer.endObject()
        return writer.bytes
    }
}
