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
                answers: [.ok(.severalObjects)]
            )
        ) { call throws(Problem) in
            let puts = try Self.puts(try call.json(limits: JSONLimits(maximumBytes: limit)))
            let outcome = await engine.put(puts, by: try engine.operatorID(call.caller))
            let (revs, view) = try Self.done(outcome)
            var writer = JSONWriter(capacity: 4096)
            writer.beginObject()
            writer.key("items")
            writer.beginArray()
            for put in puts { Self.write(put, revs, view.state, to: &writer) }
            writer.endArray()
            writer.endObject()
            return answer(writer, rev: view.state.rev)
        }
    }

    private static func puts(_ value: JSONValue) throws(Problem) -> [ObjectPut] {
        do throws(ShapeError) {
            var reader = try ObjectReader(value)
            var puts: [ObjectPut] = []
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
            return puts
        } catch {
            throw Problem(error)
        }
    }

    /// What became of one: `created`, `changed` or `unchanged`, and its revision.
    private static func write(
        _ put: ObjectPut,
        _ revs: Range<UInt64>,
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
            ("result", revs.contains(created) ? "created" : revs.contains(rev) ? "changed" : "unchanged"),
        ] {
            writer.key(key)
            writer.string(text)
        }
        writer.key("rev")
        writer.integer(Int64(clamping: rev))
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
                    of: .object([
                        .required("kind", .choice(V1Routes.putKinds.map(\.word))), .required("name", .name),
                        .required(
                            "object",
                            .anyOf([.operatorInput, .issuerInput, .apiInput, .identityInput, .enforcementPointInput])
                        ),
                    ]),
                    count: 0...ObjectPut.limit
                )
            )
        ])
    )

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
