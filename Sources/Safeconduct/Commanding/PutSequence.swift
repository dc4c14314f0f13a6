// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON
public import TrustModel

/// Objects that one command registers, each of which may refer to those before it.
struct PutSequence: Sendable {
    private struct Item {
        let kind: ObjectKind
        let name: String
        let value: JSONValue
        /// The id that it gets when it is new, the same however often this is worked out: keys are made for it before.
        let fresh: ObjectID
    }

    private let items: [Item]

    /// - Throws: ``CommandRefusal`` when one is no object, or stands twice.
    init(_ objects: [ObjectPut], at now: Timestamp, besides own: OwnIssuer) throws(CommandRefusal) {
        guard objects.count <= ObjectPut.limit else {
            throw CommandRefusal(.value, "/objects", "at most \(ObjectPut.limit) objects are put at once")
        }
        var generator = SystemRandomNumberGenerator()
        var places: [String: Int] = [:]
        var items: [Item] = []
        for (index, object) in objects.enumerated() {
            if let first = places.updateValue(index, forKey: "\(object.kind.noun)/\(object.name)") {
                throw CommandRefusal(.conflict, "/objects/\(index)", "the same object stands at /objects/\(first)")
            }
            let value = try Self.at(index) { () throws(CommandRefusal) in
                try Engine.described(object.value, as: object.kind, named: object.name, besides: own)
            }
            let fresh = ObjectID(kind: object.kind, at: now, using: &generator)
            items.append(Item(kind: object.kind, name: object.name, value: value, fresh: fresh))
        }
        self.items = items
    }

    /// The entries that follow `state`.
    ///
    /// - Parameter sealer: Nil leaves free text out, for a look at whether anything is wrong; after that look, which is
    ///   not taken again, the text is sealed.
    /// - Throws: ``CommandRefusal`` that points below `/objects/<index>`.
    func bodies(
        after state: TrustState,
        by operator: ObjectID,
        at now: Timestamp,
        sealer: Sealer?
    ) throws(CommandRefusal) -> [EntryBody] {
        var proposed = state
        // The policies of commands are asked elsewhere; here it is only worked out what the entries would be.
        let auth = state.activeCommandPolicies.map { CommandAuthorization(policies: $0, determining: []) }
        var bodies: [EntryBody] = []
        func append(_ body: EntryBody) throws(CommandRefusal) {
            bodies.append(body)
            if proposed.isUnchanged(by: body) { return }
            if sealer == nil { try proposed.validate(body, at: now) }
            let entry = Entry(time: now, by: `operator`, auth: auth, body: body)
            do throws(FoldError) { try proposed.apply(entry) } catch {
                throw CommandRefusal(.conflict, "", error.message)
            }
        }
        let firstIdentity = items.firstIndex { $0.kind == .identity }
        for (index, item) in items.enumerated() {
            if index == firstIdentity {
                for (index, body) in handovers(after: proposed, at: now) {
                    try Self.at(index) { () throws(CommandRefusal) in try append(body) }
                }
            }
            try Self.at(index) { () throws(CommandRefusal) in
                try append(try Engine.body(item.kind, item.name, item.value, proposed, now, sealer, fresh: item.fresh))
            }
        }
        return bodies
    }

    /// What goes before the identities: those that let go of a subject which another of them takes, without it. So
    /// subjects move and are exchanged whatever the order of the objects, no token ever proves two, and what was cut of
    /// who had them stays cut.
    private func handovers(after state: TrustState, at now: Timestamp) -> [(index: Int, body: EntryBody)] {
        var letGo: [(index: Int, object: Identity, subjects: [[UInt8]])] = []
        var taken: [[UInt8]: Set<ObjectID>] = [:]
        let identities = items.indices.filter { items[$0].kind == .identity }
        func present(_ index: Int) -> Identity? {
            state.find(items[index].name, kind: .identity).flatMap { state.identities[$0]?.object }
        }
        guard identities.count > 1, identities.contains(where: { present($0)?.federation.isEmpty == false }) else {
            return []
        }
        for index in identities {
            let item = items[index]
            // What can't be read yet may follow from those before it, and is none to wait for.
            let body = try? Engine.body(item.kind, item.name, item.value, state, now, nil, fresh: item.fresh)
            guard case .putIdentity(var object)? = body else { continue }
            let old = present(index)?.federation ?? []
            for binding in object.federation where !old.contains(binding) {
                taken[Array(binding.subject.utf8), default: []].insert(object.id)
            }
            let gone = old.filter { !object.federation.contains($0) }
            if gone.isEmpty { continue }
            object.federation = object.federation.filter(old.contains)
            letGo.append((index, object, gone.map { Array($0.subject.utf8) }))
        }
        return letGo.compactMap { index, object, subjects in
            let isTaken = subjects.contains { taken[$0]?.contains { $0 != object.id } ?? false }
            return isTaken ? (index, .putIdentity(object)) : nil
        }
    }

    /// The ids of those that have free text.
    func withText(in state: TrustState) -> [ObjectID] {
        items.filter { item in
            let fields: [String] =
                switch item.kind {
                case .operator: Operator.freeText
                case .identity: Identity.freeText
                case .api: Api.freeText
                case .issuer: Issuer.freeText
                case .enforcementPoint: EnforcementPoint.freeText
                case .backEnd: BackEnd.freeText
                default: []
                }
            return fields.contains { item.value[$0]?.isNull == false }
        }.map { state.find($0.name, kind: $0.kind) ?? $0.fresh }
    }

    /// A refusal of one of them points into it.
    private static func at<Value>(
        _ index: Int,
        _ body: () throws(CommandRefusal) -> Value
    ) throws(CommandRefusal) -> Value {
        do throws(CommandRefusal) { return try body() } catch {
            throw CommandRefusal(error.code, "/objects/\(index)/object\(error.pointer)", error.message)
        }
    }
}

extension Engine {
    /// Registers or replaces several objects: one command, all or none, idempotent. Each may refer to those before it.
    ///
    /// - Parameters:
    ///   - objects: At most ``ObjectPut/limit``; none of them twice.
    ///   - operator: Who commands it.
    /// - Returns: The outcome; a refusal because of one object points below `/objects/<index>/object`.
    public func put(_ objects: [ObjectPut], by operator: ObjectID) async -> CommandOutcome {
        let sequence: PutSequence
        do throws(CommandRefusal) { sequence = try PutSequence(objects, at: now(), besides: ownIssuer) } catch {
            return .refused(error)
        }
        let withText = sequence.withText(in: view.state)
        let command = Command(by: `operator`, collection: "identities", sealingWith: sealer) {
            state,
            now,
            sealer throws(CommandRefusal) in
            try sequence.bodies(after: state, by: `operator`, at: now, sealer: sealer)
        }
        if withText.isEmpty { return await carryOut(askingFirst: command) }
        // Each new key waits for the disk, so they are made before the head is held: a cut must not wait for a thousand.
        // What this view refuses or denies the head may yet take, and the other way round; then nothing is made here.
        return await carryOut(askingFirst: command) { [sealer] now in
            for id in withText { try sealer.prepare(for: id, at: now) }
        }
    }
}
