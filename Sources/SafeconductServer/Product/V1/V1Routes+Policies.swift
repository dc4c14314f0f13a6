// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import Safeconduct
import StrictJSON
import TrustModel

extension V1Routes {
    /// The policy sets that are or were active.
    var policyRoutes: [Route] {
        let limit = PolicySet.longestText + (1 << 20)
        return [
            Route(
                .GET,
                "/v1/policies/active",
                for: .operator,
                on: .pool,
                document: RouteDocument(
                    "getActivePolicies",
                    "The policy set that decides about calls, or with `realm=commands` about commands.",
                    query: [
                        .optional("realm", .choice(PolicySet.Realm.self), "What it decides about; calls unless said.")
                    ],
                    answers: [.ok(.policySet)],
                    problems: [.notFound],
                    isTagged: true
                )
            ) { call throws(Problem) in
                let view = engine.view
                let realm = try Self.realm(call)
                guard let record = view.state.activePolicies(of: realm).flatMap({ view.state.policySets[$0] }) else {
                    throw Problem(.notFound, "no policy set is active: everything is denied")
                }
                var writer = JSONWriter(capacity: 4096)
                engine.render(record, to: &writer)
                var reply = answer(writer, rev: view.state.rev)
                reply.headers.append(("ETag", Self.tag(record, view.state).description))
                return reply
            },
            Route(
                .PUT,
                "/v1/policies/active",
                for: .operator,
                body: .json(maximumBytes: limit),
                on: .pool,
                document: RouteDocument(
                    "activatePolicies",
                    "Activates a policy set; it must parse and its remedies must be known.",
                    request: .json(.policySetInput),
                    answers: [.ok(.activatedPolicySet)],
                    problems: [.tooManyRequests],
                    isTagged: true
                )
            ) { call throws(Problem) in
                let value = try call.json(limits: JSONLimits(maximumBytes: limit))
                let by = try engine.operatorID(call.caller)
                try Self.allowed(await engine.refusal(of: .activate, on: PolicySet.Realm(of: value), by: by))
                return try await activations.run { () throws(Problem) -> Reply in
                    try await activated(value, call, by: by)
                }
            },
        ] + policyVersionRoutes
    }

    /// Activates a policy set, and says what that changes.
    private func activated(_ value: JSONValue, _ call: HTTPCall, by: ObjectID) async throws(Problem) -> Reply {
        let realm = PolicySet.Realm(of: value)
        let outcome = try await conditionally(call, on: \.policySets, { $0.activePolicies(of: realm) }) {
            await engine.activatePolicies(value, by: by)
        }
        return try await version(outcome, made: 200) { $0.activePolicies(of: realm) }
    }

    static func realm(_ call: HTTPCall) throws(Problem) -> PolicySet.Realm {
        guard let text = try call.queryValue("realm") else { return .calls }
        guard let realm = PolicySet.Realm(rawValue: text) else {
            throw Problem(.invalidRequest, "realm is calls or commands")
        }
        return realm
    }

    /// Cuts and holds.
    var revocationRoutes: [Route] {
        readOnly("cuts", "Cut", .cut, .cut, \.cuts) + readOnly("holds", "Hold", .hold, .hold, \.holds) + [
            Route(
                .POST,
                "/v1/cuts",
                for: .operator,
                body: .json(),
                on: .pool,
                document: RouteDocument(
                    "createCut",
                    "Ends every older credential in a scope, for good.",
                    request: .json(.cutInput),
                    answers: [.created(.cut)],
                    problems: [.notFound]
                )
            ) { call throws(Problem) in
                let value = try call.json()
                // Counted after the cut, by what was live before it: nothing waits for a count. Under a key the answer has to
                // be the same again, which a count of the moment is not.
                let before = call.headers["Idempotency-Key"].isEmpty ? engine.view.state : nil
                let outcome = await engine.cut(value, by: try engine.operatorID(call.caller))
                return try await revocation(outcome, \.cuts, reason: value["reason"], before: before)
            },
            Route(
                .POST,
                "/v1/holds",
                for: .operator,
                body: .json(),
                on: .pool,
                document: RouteDocument(
                    "placeHold",
                    "Stops everything in a scope until it is lifted.",
                    request: .json(.holdInput),
                    answers: [.created(.hold)],
                    problems: [.notFound]
                )
            ) { call throws(Problem) in
                let value = try call.json()
                let outcome = await engine.hold(value, by: try engine.operatorID(call.caller))
                return try await revocation(outcome, \.holds, reason: value["reason"])
            },
            Route(
                .POST,
                "/v1/holds/{id}/lift",
                for: .operator,
                body: .json(maximumBytes: 64 << 10, isOptional: true),
                on: .pool,
                document: RouteDocument(
                    "liftHold",
                    "Ends a hold; what was issued before or during it stays dead.",
                    request: .json(.liftInput),
                    answers: [.ok(.hold)]
                )
            ) { call throws(Problem) in
                let id = call.parameters[0]
                let reason = call.body.isEmpty ? nil : try Self.reason(try call.json())
                let outcome = await engine.lift(id, reason: reason, by: try engine.operatorID(call.caller))
                return try await answer(outcome, \.holds) { _ in ObjectID(id) }
            },
        ]
    }

    /// The cut or hold that a command made. When the disk had no room for its reason it was made without, which is said.
    private func revocation<Object: TrustObject>(
        _ outcome: CommandOutcome,
        _ register: any KeyPath<TrustState, Register<Object>> & Sendable,
        reason: JSONValue?,
        before: TrustState? = nil
    ) async throws(Problem) -> Reply {
        let revs = try Self.done(outcome).revs
        return try await answer(outcome, register) { state in
            state[keyPath: register].newest { revs.contains($0.created) }?.object.id
        } showing: { object, writer in
            if let before, let cut = object as? Cut {
                let coverage = before.coverage(of: cut.scope, at: engine.now())
                writer.key("covers")
                writer.beginObject()
                writer.key("identities")
                writer.integer(Int64(coverage.identities))
                writer.key("credentials")
                writer.integer(Int64(coverage.credentials))
                writer.endObject()
            }
            guard reason != nil, object.sealed == nil else { return }
            writer.key("reason_dropped")
            writer.bool(true)
        }
    }

    private static func reason(_ value: JSONValue) throws(Problem) -> String? {
        do throws(ShapeError) {
            var reader = try ObjectReader(value)
            let reason = try reader.optionalString("reason")
            try reader.finish()
            guard reason?.utf8.count ?? 0 <= 4096 else {
                throw ShapeError(.value, "/reason", "at most 4096 bytes are allowed")
            }
            return reason
        } catch {
            throw Problem(error)
        }
    }
}
