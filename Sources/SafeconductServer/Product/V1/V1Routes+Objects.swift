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
                "/v1/\(noun)/{id}",
                for: .operator,
                body: .json(maximumBytes: 4 << 20),
                on: .pool,
                document: RouteDocument(
                    "put\(name)",
                    "Registers or replaces it; unchanged, nothing is written.",
                    path: [.required("id", .name, "The permanent name.")],
                    request: .json(input),
                    answers: [.ok(schema), .created(schema)],
                    isTagged: true
                )
            ) { call throws(Problem) in
                let name = call.parameters[0]
                let find: @Sendable (TrustState) -> ObjectID? = { $0.find(name, kind: kind) }
                let outcome = try await conditionally(call, on: register, find) { () async throws(Problem) in
                    await engine.put(
                        kind,
                        named: name,
                        try call.json(limits: JSONLimits(maximumBytes: 4 << 20)),
                        by: try engine.operatorID(call.caller)
                    )
                }
                return try await answer(outcome, register, find)
            },
            Route(
                .DELETE,
                "/v1/\(noun)/{id}",
                for: .operator,
                on: .pool,
                document: RouteDocument(
                    "retire\(name)",
                    "Retires it; its name stays taken.",
                    answers: [.ok(schema)],
                    isTagged: true
                )
            ) { call throws(Problem) in
                let reference = call.parameters[0]
                let find: @Sendable (TrustState) -> ObjectID? = { $0.find(reference, kind: kind) }
                let outcome = try await conditionally(call, on: register, find) { () async throws(Problem) in
                    await engine.retire(kind, reference, by: try engine.operatorID(call.caller))
                }
                return try await answer(outcome, register, find)
            },
        ]
    }

    /// Listing and showing of one kind of object.
    func readOnly<Object: TrustObject>(
        _ noun: String,
        _ name: String,
        _ schema: Schema,
        _ kind: ObjectKind,
        _ register: any KeyPath<TrustState, Register<Object>> & Sendable,
        telling steps: @escaping @Sendable ([Record<Object>]) async -> [ObjectID: PolicyStep] = { _ in [:] }
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
                    answers: [.ok(.page(of: name, schema), headers: [.link])],
                    isTagged: true
                )
            ) { call throws(Problem) in
                let page = try PageRequest(call)
                let view = engine.view
                let after = try page.after.map { place throws(Problem) in
                    guard let id = ObjectID(place), id.kind == kind else { throw PageRequest.badToken }
                    return id
                }
                let records = view.state[keyPath: register].page(after: after, limit: page.size + 1)
                let steps = await steps(Array(records.prefix(page.size)))
                var reply = page.reply(records) { record, writer in
                    engine.render(record, to: &writer) { writer in
                        steps[record.object.id]?.renderMembers(names: view.state, to: &writer)
                        guard let hold = view.state.revocations.hold(on: record.object.id) else { return }
                        writer.key("hold")
                        writer.string(hold.description)
                    }
                    return record.object.id.description
                }
                reply.headers.append((ServerCore.revisionHeader, String(view.state.rev ?? 0)))
                reply.headers.append(("ETag", Self.tag(view.state).description))
                return reply
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
                    problems: [.notFound],
                    isTagged: true
                )
            ) { call throws(Problem) in
                let view = engine.view
                guard let id = view.state.find(call.parameters[0], kind: kind),
                    let record = view.state[keyPath: register][id]
                else { throw Problem(.notFound, "there is no \(kind.noun) of this id or name") }
                let step = await steps([record])[id]
                var writer = JSONWriter()
                engine.render(record, to: &writer) { writer in
                    step?.renderMembers(names: view.state, to: &writer)
                    let holds = view.state.revocations.holds(on: id)
                    guard !holds.isEmpty else { return }
                    writer.key("holds")
                    writer.beginArray()
                    for hold in holds { writer.string(hold.description) }
                    writer.endArray()
                }
                var reply = answer(writer, rev: view.state.rev)
                reply.headers.append(("ETag", Self.tag(record, view.state).description))
                return reply
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
                    request: .json(.enforcementPointCreation),
                    answers: [.created(.enforcementPointWithToken)]
                )
            ) { call throws(Problem) in
                let value = try call.json()
                guard let name = value["name"]?.stringValue else {
                    throw Problem(ShapeError(.missing, "/name", "'name' is required"))
                }
                let by = try engine.operatorID(call.caller)
                return try showToken(await engine.createPoint(named: name, value, by: by), of: name)
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
                let reference = call.parameters[0]
                let by = try engine.operatorID(call.caller)
                return try showToken(
                    await engine.issueBearer(to: reference, kind: .enforcementPoint, by: by),
                    of: reference
                )
            },
        ]
    }

    private func showToken(
        _ issued: (outcome: CommandOutcome, token: BearerToken?),
        of reference: String
    ) throws(Problem) -> Reply {
        let view = try Self.done(issued.outcome).view
        guard let token = issued.token, let id = view.state.find(reference, kind: .enforcementPoint),
            let record = view.state.enforcementPoints[id]
        else { throw Problem(.internalError, "the token is lost; rotate it") }
        var writer = JSONWriter()
        engine.render(record, to: &writer) { writer in
            writer.key("token")
            writer.string(token.secret)
        }
        return answer(writer, status: 201, rev: view.state.rev)
    }
}
