// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import Safeconduct
import StrictJSON
import TrustModel

extension V1Routes {
    /// Reading, putting and retiring of one kind of named object.
    ///
    /// - Parameters:
    ///   - noun: What stands in the path.
    ///   - name: What operations and lists are called after.
    func objects<Object: NamedObject>(
        _ noun: String,
        _ name: String,
        _ schema: Schema,
        _ input: Schema,
        _ kind: ObjectKind,
        _ register: any KeyPath<TrustState, Register<Object>> & Sendable
    ) -> [Route] {
        readOnly(noun, name, schema, kind, register) + [
            Route(
                .PUT,
                "/v1/\(noun)/{name}",
                for: .operator,
                body: .json(maximumBytes: 4 << 20),
                on: .pool,
                document: RouteDocument(
                    "put\(name)",
                    "Registers or replaces it; unchanged, nothing is written.",
                    request: .json(input),
                    answers: [.ok(schema), .created(schema)]
                )
            ) { call throws(Problem) in
                let name = call.parameters[0]
                let before = engine.view.state.find(name, kind: kind)
                let outcome = await engine.put(
                    kind,
                    named: name,
                    try call.json(limits: JSONLimits(maximumBytes: 4 << 20)),
                    by: try engine.operatorID(call.caller)
                )
                return try answer(outcome, register, status: before == nil ? 201 : 200) { state in
                    state.find(name, kind: kind)
                }
            },
            Route(
                .DELETE,
                "/v1/\(noun)/{id}",
                for: .operator,
                on: .pool,
                document: RouteDocument("retire\(name)", "Retires it; its name stays taken.", answers: [.ok(schema)])
            ) { call throws(Problem) in
                let reference = call.parameters[0]
                let outcome = await engine.retire(kind, reference, by: try engine.operatorID(call.caller))
                return try answer(outcome, register) { $0.find(reference, kind: kind) }
            },
        ]
    }

    /// Listing and showing of one kind of object.
    func readOnly<Object: TrustObject>(
        _ noun: String,
        _ name: String,
        _ schema: Schema,
        _ kind: ObjectKind,
        _ register: any KeyPath<TrustState, Register<Object>> & Sendable
    ) -> [Route] {
        [
            Route(
                .GET,
                "/v1/\(noun)",
                for: .operator,
                on: .pool,
                document: RouteDocument(
                    "list\(name)",
                    "All of them, by id.",
                    query: Parameter.paging,
                    answers: [.ok(.page(of: name, schema))]
                )
            ) { call throws(Problem) in
                let page = try PageRequest(call)
                let view = engine.view
                let all = view.state[keyPath: register].sorted
                let start = try page.after.map { token throws(Problem) in
                    guard let id = ObjectID(token) else { throw PageRequest.badToken }
                    return all.firstIndex { id < $0.object.id } ?? all.endIndex
                }
                let rest = all[(start ?? 0)...]
                return answer(
                    PageRequest.write(rest.prefix(page.size), hasMore: rest.count > page.size) { record, writer in
                        engine.render(record, to: &writer) { writer in
                            guard let hold = view.state.revocations.hold(on: record.object.id) else { return }
                            writer.key("hold")
                            writer.string(hold.description)
                        }
                        return record.object.id.description
                    },
                    rev: view.state.rev
                )
            },
            Route(
                .GET,
                "/v1/\(noun)/{id}",
                for: .operator,
                on: .pool,
                document: RouteDocument(
                    "get\(name)",
                    "One, by id or name.",
                    answers: [.ok(schema)],
                    problems: [.notFound]
                )
            ) { call throws(Problem) in
                let view = engine.view
                guard let id = view.state.find(call.parameters[0], kind: kind),
                    let record = view.state[keyPath: register][id]
                else { throw Problem(.notFound, "there is no \(kind.noun) of this id or name") }
                var writer = JSONWriter()
                engine.render(record, to: &writer) { writer in
                    let holds = engine.holds(on: id)
                    guard !holds.isEmpty else { return }
                    writer.key("holds")
                    writer.beginArray()
                    for hold in holds { writer.string(hold.object.id.description) }
                    writer.endArray()
                }
                return answer(writer, rev: view.state.rev)
            },
        ]
    }

    /// What only enforcement points have: their tokens.
    var enforcementPointRoutes: [Route] {
        [
            Route(
                .POST,
                "/v1/enforcement-points",
                for: .operator,
                body: .json(),
                on: .pool,
                document: RouteDocument(
                    "createEnforcementPoint",
                    "Registers a new one and issues its token, shown this once.",
                    request: .json(.enforcementPointInput),
                    answers: [.created(.enforcementPointWithToken)]
                )
            ) { call throws(Problem) in
                let value = try call.json()
                let by = try engine.operatorID(call.caller)
                // What is said about a name that is taken is reading.
                if let denial = engine.denial(of: by, reading: "enforcement-points") {
                    throw Problem(denial, "your role does not let you read enforcement-points")
                }
                guard let name = value["name"]?.stringValue else {
                    throw Problem(ShapeError(.missing, "/name", "'name' is required"))
                }
                if engine.view.state.find(name, kind: .enforcementPoint) != nil {
                    throw Problem(.conflict, "an enforcement point has this name; its token can be rotated")
                }
                _ = try Self.done(await engine.put(.enforcementPoint, named: name, value, by: by))
                return try await issueToken(to: name, by: by, status: 201)
            },
            Route(
                .POST,
                "/v1/enforcement-points/{id}/credential",
                for: .operator,
                on: .pool,
                document: RouteDocument(
                    "rotateEnforcementPointToken",
                    "Issues a new token, shown this once; earlier ones end.",
                    answers: [.created(.enforcementPointWithToken)]
                )
            ) { call throws(Problem) in
                try await issueToken(to: call.parameters[0], by: try engine.operatorID(call.caller), status: 201)
            },
        ]
    }

    private func issueToken(to reference: String, by operator: ObjectID, status: Int) async throws(Problem) -> Reply {
        let (outcome, token) = await engine.issueBearer(to: reference, kind: .enforcementPoint, by: `operator`)
        let view = try Self.done(outcome).view
        guard let token, let id = view.state.find(reference, kind: .enforcementPoint),
            let record = view.state.enforcementPoints[id]
        else { throw Problem(.internalError, "the token is lost; rotate it") }
        var writer = JSONWriter()
        engine.render(record, to: &writer) { writer in
            writer.key("token")
            writer.string(token.secret)
        }
        return answer(writer, status: status, rev: view.state.rev)
    }
}
