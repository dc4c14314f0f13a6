// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON
internal import TrustModel
internal import TrustStore

/// The leaf of one step in the life of a lease. The first step says everything, so that leases can be made anew from
/// leaves alone.
struct LeaseRecord: Sendable {
    /// The steps that are recorded.
    enum Step: Sendable {
        /// A credential is about to be made, or one was found that nobody had recorded (`adopted`).
        case recorded(adopted: Bool)
        /// It was made, and its holder is about to be told.
        case active
        /// It counts longer.
        case renewed
        /// It is gone, as was seen.
        case revoked(LeaseProof)
        /// It could not be taken away.
        case failed(code: String)

        var name: String {
            switch self {
            case .recorded: "recorded"
            case .active: "active"
            case .renewed: "renewed"
            case .revoked: "revoked"
            case .failed: "failed"
            }
        }
    }

    /// The kind of its leaves.
    static let kind = "lease"

    /// Whether stored bytes are such a leaf.
    static func isLease(_ body: [UInt8]) -> Bool { body.starts(with: "{\"v\":1,\"kind\":\"lease\"".utf8) }

    let at: Timestamp
    /// The newest revision then.
    let rev: UInt64
    let step: Step
    /// The lease after the step. Read from a leaf, it has what that step says, and nothing else counts.
    let lease: Lease

    init(_ step: Step, _ lease: Lease, at time: Timestamp, rev: UInt64) {
        at = time
        self.rev = rev
        self.step = step
        self.lease = lease
    }

    /// Whether a failure of this number has a leaf: the first, and each power of two. A back end that is away for a day
    /// must not fill the disk.
    static func isRecorded(attempt: Int64) -> Bool { attempt > 0 && attempt & (attempt - 1) == 0 }

    /// The bytes to store.
    func stored() -> [UInt8] {
        var writer = JSONWriter(capacity: 640)
        writer.beginObject()
        writer.key("v")
        writer.integer(1)
        member(&writer, "kind", Self.kind)
        member(&writer, "at", at.description)
        writer.key("rev")
        writer.integer(Int64(clamping: rev))
        member(&writer, "step", step.name)
        member(&writer, "lease", lease.id.description)
        member(&writer, "back_end", lease.backEnd.description)
        switch step {
        case .recorded(let adopted): writeWhole(adopted, to: &writer)
        case .active: break
        case .renewed:
            member(&writer, "expires_at", lease.expiresAt.description)
            writer.key("generation")
            writer.integer(lease.generation)
        case .revoked(let proof):
            member(&writer, "reason", lease.reason ?? "unknown")
            let ended = lease.endedAt ?? at
            member(&writer, "ended_at", ended.description)
            writer.key("milliseconds")
            writer.integer(max(0, at.milliseconds - ended.milliseconds))
            writer.key("proof")
            proof.write(to: &writer)
        case .failed(let code):
            member(&writer, "reason", lease.reason ?? "unknown")
            member(&writer, "error", code)
            writer.key("attempt")
            writer.integer(lease.attempts)
        }
        writer.endObject()
        return writer.bytes
    }

    private func writeWhole(_ adopted: Bool, to writer: inout JSONWriter) {
        if adopted {
            writer.key("adopted")
            writer.bool(true)
        }
        member(&writer, "role", lease.role)
        member(&writer, "identity", lease.identity.description)
        if let task = lease.task { member(&writer, "task", task) }
        list(&writer, "ancestors", lease.ancestors.map(\.description))
        list(&writer, "scopes", lease.memberships.map(\.description))
        writer.key("issue_rev")
        writer.integer(Int64(clamping: lease.rev))
        member(&writer, "issued_at", lease.issuedAt.description)
        member(&writer, "expires_at", lease.expiresAt.description)
        member(&writer, "renewable_until", lease.renewableUntil.description)
        member(&writer, "user", lease.user)
    }

    private func member(_ writer: inout JSONWriter, _ key: String, _ text: String) {
        writer.key(key)
        writer.string(text)
    }

    private func list(_ writer: inout JSONWriter, _ key: String, _ texts: [String]) {
        guard !texts.isEmpty else { return }
        writer.key(key)
        writer.beginArray()
        for text in texts { writer.string(text) }
        writer.endArray()
    }
}
