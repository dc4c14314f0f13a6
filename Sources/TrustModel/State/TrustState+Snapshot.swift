// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections
internal import StrictJSON

extension TrustState {
    /// A snapshot of another version is no snapshot: what it leaves out is folded from the log. 1 knew no endings.
    static let snapshotVersion: Int64 = 2

    /// The lines of a snapshot: a head, then one JSON text for each object.
    ///
    /// A snapshot is worth what its digest is: the reader recomputes it while loading, and trusts it only where the
    /// control log holds the same digest at the same revision.
    public func writeSnapshot(_ line: ([UInt8]) throws -> Void) rethrows {
        var head = JSONWriter()
        head.beginObject()
        head.member("v", Self.snapshotVersion)
        head.member("size", Int64(clamping: size))
        head.member("at", time)
        head.member("digest", digest.description)
        if let activePolicies { head.member("active_policies", activePolicies) }
        if let activeCommandPolicies { head.member("active_command_policies", activeCommandPolicies) }
        if let shadowPolicies { head.member("shadow_policies", shadowPolicies) }
        if let opening {
            head.key("opening")
            opening.write(to: &head)
        }
        if confirmedGeneration > 1 { head.member("confirmed_generation", confirmedGeneration) }
        head.key("anchors")
        head.beginArray()
        for anchor in anchors { anchor.write(to: &head) }
        head.endArray()
        head.endObject()
        try line(head.bytes)
        try writeEndings(line)
        try commandKeys.forEach { key, use in try line(Self.bytes(key, use)) }
        try writeLives(line)
        try write(nodes, line)
        try write(operators, line)
        try write(issuers, line)
        try write(identities, line)
        try write(apis, line)
        try write(enforcementPoints, line)
        try write(backEnds, line)
        try write(credentials, line)
        try write(policySets, line)
        try write(cuts, line)
        try write(holds, line)
        try write(enrolments, line)
        try write(tokenKeys, line)
        try write(tasks, line)
    }

    private func write<Object: TrustObject>(
        _ register: Register<Object>,
        _ line: ([UInt8]) throws -> Void
    ) rethrows {
        for record in register.sorted { try line(record.bytes()) }
    }
}
