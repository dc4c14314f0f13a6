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

    /// All that a state revokes.
    init(_ state: TrustState) {
        cuts = state.cuts.sorted.map {
            Cut(id: $0.object.id, scope: $0.object.scope, suspectSince: $0.object.suspectSince)
        }
        holds = state.holds.sorted.filter { !$0.retired }.map { Hold(id: $0.object.id, scope: $0.object.scope) }
        func gone<Object: NamedObject>(_ register: Register<Object>) -> [ObjectID] {
            register.sorted.filter(\.retired).map(\.object.id)
        }
        retired = gone(state.identities) + gone(state.enforcementPoints) + gone(state.apis) + gone(state.issuers)
        retired += gone(state.operators)
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
        writer.endObject()
        return writer.bytes
    }

    /// The entries that bring back what `state` lacks. What revokes something that it never had is left out.
    func missing(in state: TrustState, at now: Timestamp) -> [EntryBody] {
        var bodies: [EntryBody] = []
        func add(_ body: EntryBody) -> Bool {
            do throws(CommandRefusal) { try state.validate(body, at: now) } catch { return false }
            bodies.append(body)
            return true
        }
        for cut in cuts where state.cuts[cut.id] == nil { _ = add(.cut(cut)) }
        for hold in holds where state.holds[hold.id] == nil { _ = add(.placeHold(hold)) }
        for id in retired where state.summary(of: id)?.retired == false {
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
}
