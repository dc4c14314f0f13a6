// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections
internal import StrictJSON

extension TrustState {
    /// The lines of a snapshot: a head, then one JSON text for each object.
    ///
    /// A snapshot is worth what its digest is: the reader recomputes it while loading, and trusts it only where the
    /// control log holds the same digest at the same revision.
    public func writeSnapshot(_ line: ([UInt8]) throws -> Void) rethrows {
        var head = JSONWriter()
        head.beginObject()
        head.member("v", 1)
        head.member("size", Int64(clamping: size))
        head.member("at", time)
        head.member("digest", digest.description)
        if let activePolicies { head.member("active_policies", activePolicies) }
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
        try write(nodes, line)
        try write(operators, line)
        try write(issuers, line)
        try write(identities, line)
        try write(apis, line)
        try write(enforcementPoints, line)
        try write(credentials, line)
        try write(policySets, line)
        try write(cuts, line)
        try write(holds, line)
    }

    private func write<Object: TrustObject>(
        _ register: Register<Object>,
        _ line: ([UInt8]) throws -> Void
    ) rethrows {
        for record in register.sorted { try line(record.bytes()) }
    }
}

/// Builds a state from the lines of a snapshot.
public struct SnapshotReader {
    private static let limits = JSONLimits(maximumBytes: 128 << 20, maximumDepth: 32, maximumValues: 1 << 22)

    private var state = TrustState()
    private var stated: String?

    /// A reader that expects the head first.
    public init() {}

    /// Reads one line.
    public mutating func read(_ line: [UInt8]) throws(FoldError) {
        do {
            var reader = try ObjectReader(try JSONValue(parsing: line, limits: Self.limits))
            if stated == nil { try readHead(&reader) } else { try readRecord(&reader) }
            try reader.finish()
        } catch {
            throw FoldError(.unreadable, "snapshot: \(error)")
        }
    }

    /// The state read, if its recomputed digest is the one its head states.
    public func finish() throws(FoldError) -> TrustState {
        guard stated == state.digest.description else {
            throw FoldError(.digest, "the snapshot's objects are not those of its digest")
        }
        return state
    }

    private mutating func readHead(_ reader: inout ObjectReader) throws(ShapeError) {
        guard try reader.integer("v") == 1 else { throw ShapeError(.value, "/v", "unknown version") }
        state.size = UInt64(clamping: try reader.integer("size"))
        state.time = try reader.timestamp("at")
        stated = try reader.string("digest")
        if let active = try reader.optionalString("active_policies") {
            state.setActivePolicies(
                try StoredReferences().resolve(active, kind: .policySet, at: reader.pointer(to: "active_policies"))
            )
        }
        if let opening = reader.optional("opening") { state.setOpening(try LogOpening(opening, at: "/opening")) }
        if let confirmed = try reader.optionalInteger("confirmed_generation") { state.setConfirmed(confirmed) }
        for element in try reader.array("anchors") {
            state.setAnchor(try EvidenceAnchor(element.value, at: element.pointer))
        }
    }

    private mutating func readRecord(_ reader: inout ObjectReader) throws(ShapeError) {
        let noun = try reader.string("kind")
        guard let kind = ObjectKind.allCases.first(where: { $0.noun == noun }) else {
            throw ShapeError(.value, "/kind", "unknown kind")
        }
        switch kind {
        case .node: _ = try load(&reader, \.nodes)
        case .operator: name(try load(&reader, \.operators).object)
        case .issuer:
            let record = try load(&reader, \.issuers)
            name(record.object)
            if !record.retired { state.issuersByURL[record.object.url] = record.object.id }
        case .identity:
            let record = try load(&reader, \.identities)
            name(record.object)
            if !record.retired { state.bindSubjects(of: record.object) }
        case .api: name(try load(&reader, \.apis).object)
        case .enforcementPoint: name(try load(&reader, \.enforcementPoints).object)
        case .credential:
            let record = try load(&reader, \.credentials)
            state.credentialsByFingerprint[record.object.fingerprint] = record.object.id
        case .policySet: _ = try load(&reader, \.policySets)
        case .cut:
            let record = try load(&reader, \.cuts)
            state.revocations.cut(
                record.object.scope,
                by: record.object.id,
                rev: record.rev,
                time: record.changedAt
            )
        case .hold:
            let record = try load(&reader, \.holds)
            if !record.retired { state.revocations.place(record.object.id, on: record.object.scope) }
        case .decision: throw ShapeError(.value, "/kind", "decisions are not part of the state")
        }
    }

    private mutating func load<Object: TrustObject>(
        _ reader: inout ObjectReader,
        _ register: WritableKeyPath<TrustState, Register<Object>>
    ) throws(ShapeError) -> Record<Object> {
        let record = try Record<Object>(&reader)
        state.replace(record, register)
        return record
    }

    private mutating func name(_ object: some NamedObject) {
        state.names[type(of: object).kind, default: NameIndex()].set(object.name, object.id)
    }
}
