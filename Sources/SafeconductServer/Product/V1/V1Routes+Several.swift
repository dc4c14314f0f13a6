// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import Safeconduct
import StrictJSON
import TrustModel

// Several objects in one command.
extension V1Routes {
    /// The kinds that can be put together, by the word for each in the body.
    static let putKinds: [(word: String, kind: ObjectKind)] = [
        ("operator", .operator), ("issuer", .issuer), ("api", .api), ("identity", .identity),
        ("enforcement_point", .enforcementPoint),
    ]

    /// Registering many at once.
    var severalObjects: Route {
        // One object may be as large as where it is put alone; around it stand its kind and name.
        let limit = (4 << 20) + (64 << 10)
        return Route(
            .POST,
            "/v1/objects",
            for: .operator,
            body: .json(maximumBytes: limit),
            on: .pool,
            document: RouteDocument(
                "putObjects",
                "Registers or replaces several, all or none; each may refer to those before it.",
                request: .json(.severalObjectsInput),
                answers: [.ok(.severalObjects)],
                problems: [.preconditionFailed]
            )
        ) { call throws(Problem) in
            let (puts, version) = try Self.puts(try call.json(limits: JSONLimits(maximumBytes: limit)))
            let by = try engine.operatorID(call.caller)
            let terms = version.map { CommandTerms.current.adding(Self.unchanged(puts, since: $0)) }
            let outcome = await CommandTerms.$current.withValue(terms ?? .current) { await engine.put(puts, by: by) }
            let (revs, view) = try Self.done(outcome)
            var writer = JSONWriter(capacity: 4096)
            writer.beginObject()
            writer.key("items")
            writer.beginArray()
            // Sent again, it is answered as it was, though the objects may have changed since.
            let placed = try await reading { engine in try await engine.entries(revs, limit: revs.count) }
            let written = Dictionary(
                placed.compactMap { placed in placed.entry.body.subject.map { ($0, placed.rev) } },
                uniquingKeysWith: { max($0, $1) }
            )
            for put in puts { Self.write(put, revs, written, view.state, to: &writer) }
            writer.endArray()
            writer.endObject()
            return answer(writer, rev: view.state.rev)
        }
    }

    /// The condition that nobody changed any of several objects after a version of the state, nor made one.
    private static func unchanged(_ puts: [ObjectPut], since version: EntityTag) -> CommandTerms.Precondition {
        { state throws(CommandRefusal) in
            // A restored log counts its revisions again.
            guard let rev = version.rev, rev < state.size,
                version == EntityTag(generation: state.generation, rev: rev)
            else {
                throw CommandRefusal(.precondition, "/unchanged_since", "the log has no such version; was it restored?")
            }
            for (index, put) in puts.enumerated() {
                guard let id = state.find(put.name, kind: put.kind), let present = standing(of: id, state),
                    present.rev > rev
                else { continue }
                throw CommandRefusal(
                    .precondition,
                    "/objects/\(index)",
                    "the \(put.kind.noun) '\(put.name)' was changed at revision \(present.rev)"
                )
            }
        }
    }

    private static func puts(_ value: JSONValue) throws(Problem) -> (puts: [ObjectPut], version: EntityTag?) {
        do throws(ShapeError) {
            var reader = try ObjectReader(value)
            var puts: [ObjectPut] = []
            let version = try reader.optionalString("unchanged_since")
            _ = try reader.required("objects")
            for (item, pointer) in try reader.array("objects") {
                var reader = try ObjectReader(item, at: pointer)
                let word = try reader.string("kind")
                guard let kind = putKinds.first(where: { sameBytes($0.word, word) })?.kind else {
                    let words = putKinds.map(\.word).joined(separator: ", ")
                    throw ShapeError(.value, reader.pointer(to: "kind"), "one of \(words) is expected")
                }
                let name = try reader.string("name")
                puts.append(ObjectPut(kind: kind, name: name, value: try reader.required("object")))
                try reader.finish()
            }
            try reader.finish()
            guard let version else { return (puts, nil) }
            let tag = EntityTag(opaque: version)
            guard tag.rev != nil else {
                throw ShapeError(.value, "/unchanged_since", "a version as lists carry it is expected, such as g1-r42")
            }
            return (puts, tag)
        } catch {
            throw Problem(error)
        }
    }

    /// What became of one: `created`, `changed` or `unchanged`, and its revision.
    private static func write(
        _ put: ObjectPut,
        _ revs: Range<UInt64>,
        _ written: [ObjectID: UInt64],
        _ state: TrustState,
        to writer: inout JSONWriter
    ) {
        guard let id = state.find(put.name, kind: put.kind), let (created, rev) = standing(of: id, state) else {
            return
        }
        writer.beginObject()
        for (key, text) in [
            ("kind", putKinds.first { $0.kind == put.kind }?.word ?? put.kind.noun), ("name", put.name),
            ("id", id.description),
            ("result", revs.contains(created) ? "created" : written[id] != nil ? "changed" : "unchanged"),
        ] {
            writer.key(key)
            writer.string(text)
        }
        writer.key("rev")
        writer.integer(Int64(clamping: written[id] ?? rev))
        writer.endObject()
    }

    private static func standing(of id: ObjectID, _ state: TrustState) -> (created: UInt64, rev: UInt64)? {
        switch id.kind {
        case .operator: state.operators[id].map { ($0.created, $0.rev) }
        case .issuer: state.issuers[id].map { ($0.created, $0.rev) }
        case .api: state.apis[id].map { ($0.created, $0.rev) }
        case .identity: state.identities[id].map { ($0.created, $0.rev) }
        case .enforcementPoint: state.enforcementPoints[id].map { ($0.created, $0.rev) }
        default: nil
        }
    }
}

extension Schema {
    static let severalObjectsInput = Schema.named(
        "ObjectsInput",
        .object([
            .required(
                "objects",
                .array(
                    of: .anyOf(
                        V1Routes.putKinds.map { kind in
                            .object([
                                .required("kind", .choice([kind.word])), .required("name", .name),
                                .required("object", input(of: kind.kind)),
                            ])
                        }
                    ),
                    count: 0...ObjectPut.limit
                )
            ),
            .optional("unchanged_since", .string(pattern: "^g[0-9]{1,18}-r[0-9]{1,18}$").orNull),
        ])
    )

    private static func input(of kind: ObjectKind) -> Schema {
        switch kind {
        case .operator: .operatorInput
        case .issuer: .issuerInput
        case .api: .apiInput
        case .identity: .identityInput
        default: .enforcementPointInput
        }
    }

    static let severalObjects = Schema.named(
        "Objects",
        .object([
            .required(
                "items",
                .array(
                    of: .object([
                        .required("kind", .choice(V1Routes.putKinds.map(\.word))), .required("name", .name),
                        .required("id", .anyID), .required("result", .choice(["created", "changed", "unchanged"])),
                        .required("rev", .revision),
                    ])
                )
            )
        ])
    )
}
