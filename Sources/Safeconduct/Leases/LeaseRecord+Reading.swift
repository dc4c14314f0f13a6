// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON
internal import TrustModel
internal import TrustStore

/// What a leaf of a lease says, for those who make leases anew.
enum LeaseStep: Sendable {
    /// It was recorded; this is all of it.
    case recorded(Lease)
    /// Its credential was made.
    case active(ObjectID)
    /// It was renewed.
    case renewed(ObjectID, expiresAt: Timestamp, generation: Int64)
    /// Its credential was seen to be gone.
    case revoked(ObjectID, reason: String, endedAt: Timestamp, proof: LeaseProof)
    /// It could not be taken away.
    case failed(ObjectID, code: String, attempt: Int64)

    /// Which lease it is about.
    var lease: ObjectID {
        switch self {
        case .recorded(let lease): lease.id
        case .active(let id): id
        case .renewed(let id, _, _): id
        case .revoked(let id, _, _, _): id
        case .failed(let id, _, _): id
        }
    }

    /// Reads a stored leaf.
    init(stored bytes: [UInt8]) throws(EngineError) {
        do {
            var reader = try ObjectReader(try JSONValue(parsing: bytes))
            guard try reader.integer("v") == 1, try reader.string("kind") == LeaseRecord.kind else {
                throw ShapeError(.value, "/kind", "a step of a lease is expected")
            }
            let at = try reader.timestamp("at")
            _ = try reader.integer("rev")
            let step = try reader.string("step")
            guard let id = ObjectID(try reader.string("lease")), id.kind == .lease,
                let backEnd = ObjectID(try reader.string("back_end")), backEnd.kind == .backEnd
            else { throw ShapeError(.value, "/lease", "the ids of a lease and a back end are expected") }
            switch step {
            case "recorded": self = .recorded(try Self.whole(&reader, id, backEnd))
            case "active": self = .active(id)
            case "renewed":
                let expiry = try reader.timestamp("expires_at")
                self = .renewed(id, expiresAt: expiry, generation: try reader.integer("generation"))
            case "revoked":
                let reason = try reader.string("reason")
                let ended = try reader.timestamp("ended_at")
                _ = try reader.integer("milliseconds")
                guard var proof = try reader.optionalObject("proof") else {
                    throw ShapeError(.value, "/proof", "a proof is expected")
                }
                self = .revoked(id, reason: reason, endedAt: min(ended, at), proof: try LeaseProof(&proof))
                try proof.finish()
            case "failed":
                _ = try reader.string("reason")
                let code = try reader.string("error")
                self = .failed(id, code: code, attempt: try reader.integer("attempt"))
            default: throw ShapeError(.value, "/step", "a step of a lease is expected")
            }
            try reader.finish()
        } catch {
            throw EngineError(.corrupt, "a stored step of a lease is unreadable: \(error)")
        }
    }

    private static func whole(
        _ reader: inout ObjectReader,
        _ id: ObjectID,
        _ backEnd: ObjectID
    ) throws(ShapeError) -> Lease {
        _ = try reader.optionalBool("adopted")
        let role = try reader.string("role")
        guard let identity = ObjectID(try reader.string("identity")) else {
            throw ShapeError(.value, "/identity", "an id is expected")
        }
        let task = try reader.optionalString("task")
        var ancestors: [ObjectID] = []
        for text in try reader.strings("ancestors") {
            guard let ancestor = ObjectID(text) else { throw ShapeError(.value, "/ancestors", "ids are expected") }
            ancestors.append(ancestor)
        }
        var memberships: [Scope] = []
        for text in try reader.strings("scopes") {
            guard let scope = Scope(stored: text) else { throw ShapeError(.value, "/scopes", "scopes are expected") }
            memberships.append(scope)
        }
        let rev = UInt64(clamping: try reader.integer("issue_rev"))
        let issued = try reader.timestamp("issued_at")
        let expires = try reader.timestamp("expires_at")
        return Lease(
            id: id,
            backEnd: backEnd,
            role: role,
            identity: identity,
            task: task,
            ancestors: ancestors,
            memberships: memberships,
            rev: rev,
            issuedAt: issued,
            expiresAt: expires,
            renewableUntil: try reader.timestamp("renewable_until"),
            user: try reader.string("user"),
            due: nil,
            state: .unknown
        )
    }
}
