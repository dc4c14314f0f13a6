// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON
internal import TransparencyLog
internal import TrustModel
internal import TrustStore

/// The revocations that a node knew when it lost its log: written beside the data, so that whatever log is put there
/// takes them up again before anything is answered by it (invariant 3).
struct CarriedRevocations: Sendable {
    /// Cuts; those that lifted holds left among them.
    var cuts: [Cut] = []
    /// Holds in force.
    var holds: [Hold] = []
    /// Objects that were retired.
    var retired: [ObjectID] = []
    /// For each identity and issuer among them: what its tokens are known by, should the log that is put there know the
    /// object by other subjects, or not at all.
    var standIns: [ObjectID: [Scope]] = [:]

    /// All that a state revokes.
    init(_ state: TrustState) {
        cuts = state.cuts.sorted.map {
            Cut(id: $0.object.id, scope: $0.object.scope, suspectSince: $0.object.suspectSince)
        }
        // A task that ended in the lost log is open in an older one.
        cuts += state.tasks.sorted.filter(\.retired).map { record in
            let scope = Scope(task: record.object.id)
            return Cut(id: Self.derived(.cut, from: record.object.id, scope), scope: scope)
        }
        holds = state.holds.sorted.filter { !$0.retired }.map { Hold(id: $0.object.id, scope: $0.object.scope) }
        func gone<Object: NamedObject>(_ register: Register<Object>) -> [ObjectID] {
            register.sorted.filter(\.retired).map(\.object.id)
        }
        retired =
            gone(state.identities) + gone(state.enforcementPoints) + gone(state.apis) + gone(state.issuers)
            + gone(state.backEnds)
        retired += gone(state.operators)
        for id in cuts.compactMap({ ObjectID($0.scope.value) }) + holds.compactMap({ ObjectID($0.scope.value) })
            + retired
        {
            let scopes = Self.standIns(of: id, state)
            if !scopes.isEmpty { standIns[id] = scopes }
        }
    }

    /// What tokens of an identity or an issuer are known by, besides its id.
    private static func standIns(of id: ObjectID, _ state: TrustState) -> [Scope] {
        switch id.kind {
        case .identity:
            (state.identities[id]?.object.federation ?? []).compactMap { binding in
                state.issuers[binding.issuer].map { issuer in
                    let tokens = ForeignSubject(issuer: issuer.object.url, subject: binding.subject)
                    return Scope(.workload, Subject.Workload.name(of: tokens))
                }
            }
        case .issuer: state.issuers[id].map { [Scope(.trustDomain, $0.object.trustDomain)] } ?? []
        default: []
        }
    }

    private static let limits = JSONLimits(maximumBytes: 1 << 30, maximumDepth: 8, maximumValues: 1 << 24)

    /// Reads what ``serialized()`` wrote.
    init(_ bytes: [UInt8]) throws(EngineError) {
        do {
            var reader = try ObjectReader(try JSONValue(parsing: bytes, limits: Self.limits))
            guard try reader.integer("v") == 1 else { throw ShapeError(.value, "/v", "unknown version") }
            for element in try reader.array("cuts") {
                cuts.append(try Cut(stored: element.value, at: element.pointer))
            }
            for element in try reader.array("holds") {
                holds.append(try Hold(stored: element.value, at: element.pointer))
            }
            for text in try reader.strings("retired") {
                guard let id = ObjectID(text) else { throw ShapeError(.value, "/retired", "an id is expected") }
                retired.append(id)
            }
            for element in try reader.array("stand_ins") {
                var standIn = try ObjectReader(element.value, at: element.pointer)
                guard let id = ObjectID(try standIn.string("of")) else {
                    throw ShapeError(.value, element.pointer, "an id is expected")
                }
                standIns[id] = try standIn.array("scopes").map { value, pointer throws(ShapeError) in
                    try Scope(value, at: pointer, references: StoredReferences())
                }
                try standIn.finish()
            }
            try reader.finish()
        } catch {
            throw EngineError(.corrupt, "the carried revocations are unreadable: \(error)")
        }
    }

    /// The bytes to be sealed.
    func serialized() -> [UInt8] {
        var writer = JSONWriter(capacity: 4096)
        writer.beginObject()
        writer.key("v")
        writer.integer(1)
        writer.key("cuts")
        writer.beginArray()
        for cut in cuts { cut.writeStored(to: &writer) }
        writer.endArray()
        writer.key("holds")
        writer.beginArray()
        for hold in holds { hold.writeStored(to: &writer) }
        writer.endArray()
        writer.key("retired")
        writer.beginArray()
        for id in retired { writer.string(id.description) }
        writer.endArray()
        writer.key("stand_ins")
        writer.beginArray()
        for (id, scopes) in standIns.sorted(by: { $0.key < $1.key }) {
            writer.beginObject()
            writer.key("of")
            writer.string(id.description)
            writer.key("scopes")
            writer.beginArray()
            for scope in scopes {
                writer.value(["kind": .string(scope.kind.rawValue), "id": .string(scope.value)])
            }
            writer.endArray()
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    /// The entries that bring back what `state` lacks. What revokes an identity or issuer that it never had, or has by
    /// other subjects, is brought back for their tokens: else they would count again as soon as somebody registers them.
    func missing(in state: TrustState, at now: Timestamp) -> [EntryBody] {
        var bodies: [EntryBody] = []
        func add(_ body: EntryBody) -> Bool {
            do throws(CommandRefusal) { try state.validate(body, at: now) } catch { return false }
            bodies.append(body)
            return true
        }
        for cut in cuts {
            if cut.scope.kind == .task, let id = ObjectID(cut.scope.value), state.tasks[id]?.retired == true {
                continue
            }
            if state.cuts[cut.id] == nil { _ = add(.cut(cut)) }
            for scope in lacking(ObjectID(cut.scope.value), in: state) { addCut(scope, instead: cut.id, state, add) }
        }
        for hold in holds {
            if state.holds[hold.id] == nil { _ = add(.placeHold(hold)) }
            for scope in lacking(ObjectID(hold.scope.value), in: state) {
                let id = Self.derived(.hold, from: hold.id, scope)
                if state.holds[id] == nil { _ = add(.placeHold(Hold(id: id, scope: scope))) }
            }
        }
        for id in retired {
            for scope in lacking(id, in: state) { addCut(scope, instead: id, state, add) }
            guard state.summary(of: id)?.retired == false else { continue }
            if add(.retire(id)) { continue }
            // Whoever still answers for others can't be retired, and must not act all the same.
            var generator = SystemRandomNumberGenerator()
            if state.revocations.hold(on: id) == nil {
                _ = add(
                    .placeHold(Hold(id: ObjectID(kind: .hold, at: now, using: &generator), scope: Scope(identity: id)))
                )
            }
        }
        return bodies
    }

    private func addCut(_ scope: Scope, instead id: ObjectID, _ state: TrustState, _ add: (EntryBody) -> Bool) {
        let id = Self.derived(.cut, from: id, scope)
        if state.cuts[id] == nil { _ = add(.cut(Cut(id: id, scope: scope))) }
    }

    /// What the tokens of an object are known by that the state does not know to be the object's.
    private func lacking(_ id: ObjectID?, in state: TrustState) -> [Scope] {
        guard let id, let carried = standIns[id] else { return [] }
        let known = Self.standIns(of: id, state)
        return carried.filter { !known.contains($0) }
    }

    /// The id of what stands for something else in a scope: the same whoever brings it back, and however often.
    private static func derived(_ kind: ObjectKind, from id: ObjectID, _ scope: Scope) -> ObjectID {
        let low = Fingerprint(of: "\(id) \(scope)").bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return ObjectID(kind: kind, high: id.high, low: low)
    }
}
