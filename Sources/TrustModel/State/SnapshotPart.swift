// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections
internal import StrictJSON

/// Lines of a snapshot, understood and not yet part of a state.
///
/// Reading and hashing them is most of the work of a start and needs nothing but the lines, so that parts can be made on
/// many threads at once; ``SnapshotReader`` then takes them up in their order.
public struct SnapshotPart: Sendable {
    /// What one line does to the state that is being built.
    typealias Step = @Sendable (inout TrustState) throws(ShapeError) -> Void

    private static let limits = JSONLimits(maximumBytes: 128 << 20, maximumDepth: 32, maximumValues: 1 << 22)

    /// The snapshot's head, in the part that begins with it.
    let head: JSONValue?
    let steps: [Step]
    /// The share of these lines in the digest of the state.
    let digest: StateDigest

    /// Reads lines that follow each other in a snapshot.
    ///
    /// - Parameters:
    ///   - lines: The lines, as they were written.
    ///   - isFirst: Whether they begin the snapshot, and so the first is its head.
    public init(_ lines: [[UInt8]], isFirst: Bool) throws(FoldError) {
        do {
            var rest = lines[...]
            head = isFirst ? try rest.popFirst().map { line in try Self.value(line) } : nil
            var steps: [Step] = []
            steps.reserveCapacity(rest.count)
            var digest = StateDigest()
            for line in rest {
                // The bytes as they stand, not written again: no others lead to the digest that the log holds.
                digest.add(line)
                steps.append(try Self.step(try Self.value(line)))
            }
            self.steps = steps
            self.digest = digest
        } catch {
            throw FoldError(.unreadable, "snapshot: \(error)")
        }
    }

    private static func value(_ line: [UInt8]) throws -> JSONValue { try JSONValue(parsing: line, limits: limits) }

    private static func step(_ value: JSONValue) throws(ShapeError) -> Step {
        var reader = try ObjectReader(value)
        let step = try step(&reader)
        try reader.finish()
        return step
    }

    private static func step(_ reader: inout ObjectReader) throws(ShapeError) -> Step {
        let noun = try reader.string("kind")
        if noun == TrustState.commandKeyKind {
            let (key, use) = try TrustState.readKey(&reader)
            return { state throws(ShapeError) in try state.load(key, use) }
        }
        if noun == TrustState.endingKind {
            let (tokens, ending) = try TrustState.readEnding(&reader)
            return { state throws(ShapeError) in try state.load(tokens, ending) }
        }
        if noun == TrustState.policyLifeKind {
            let (id, life) = try TrustState.readLife(&reader)
            return { state throws(ShapeError) in try state.load(id, life) }
        }
        guard let kind = ObjectKind.allCases.first(where: { $0.noun == noun }) else {
            throw ShapeError(.value, "/kind", "unknown kind")
        }
        switch kind {
        case .node: return try load(&reader, \.nodes) { _, _ in }
        case .operator: return try load(&reader, \.operators) { $0.name($1.object) }
        case .issuer:
            return try load(&reader, \.issuers) { state, record in
                state.name(record.object)
                if !record.retired { state.issuersByURL[record.object.url] = record.object.id }
            }
        case .identity:
            return try load(&reader, \.identities) { state, record in
                state.name(record.object)
                if !record.retired { state.bindSubjects(of: record.object) }
            }
        case .api: return try load(&reader, \.apis) { $0.name($1.object) }
        case .enforcementPoint: return try load(&reader, \.enforcementPoints) { $0.name($1.object) }
        case .credential:
            return try load(&reader, \.credentials) { $0.index($1.object) }
        case .policySet: return try load(&reader, \.policySets) { _, _ in }
        case .cut:
            return try load(&reader, \.cuts) { state, record in
                let (cut, rev) = (record.object, record.rev)
                state.revocations.cut(cut.scope, by: cut.id, rev: rev, time: record.changedAt)
            }
        case .hold:
            return try load(&reader, \.holds) { state, record in
                if record.retired { return }
                state.revocations.place(record.object.id, on: record.object.scope)
                state.reserveSubjects(record.object.scope)
            }
        case .enrolment:
            return try load(&reader, \.enrolments) { state, record in
                state.enrolmentsByFingerprint[record.object.fingerprint] = record.object.id
                if !record.retired { state.pendingEnrolments[record.object.operator] = record.object.id }
            }
        case .tokenKey: return try load(&reader, \.tokenKeys) { _, _ in }
        case .task: return try load(&reader, \.tasks) { $0.load($1) }
        case .backEnd: return try load(&reader, \.backEnds) { $0.name($1.object) }
        case .decision, .lease:
            throw ShapeError(.value, "/kind", "objects of this kind are not part of the state")
        }
    }

    /// Puts the record in its register, and does what else its kind asks for.
    private static func load<Object: TrustObject>(
        _ reader: inout ObjectReader,
        _ register: any WritableKeyPath<TrustState, Register<Object>> & Sendable,
        _ more: @escaping @Sendable (inout TrustState, Record<Object>) -> Void
    ) throws(ShapeError) -> Step {
        let record = try Record<Object>(&reader)
        return { state throws(ShapeError) in
            guard state[keyPath: register].set(record) == nil else {
                throw ShapeError(.value, "/object/id", "an object stands in the snapshot twice")
            }
            more(&state, record)
        }
    }
}

extension TrustState {
    fileprivate mutating func name(_ object: some NamedObject) {
        names[type(of: object).kind, default: NameIndex()].set(object.name, object.id)
    }
}
