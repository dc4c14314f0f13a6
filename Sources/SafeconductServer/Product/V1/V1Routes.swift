// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import Safeconduct
import StrictJSON
import TrustModel

/// The resources of the model under `/v1`, for operators.
struct V1Routes: Sendable {
    let engine: Engine
    let throttle = EnrolmentThrottle()
    /// Simulations and replays read much: a few at a time.
    let slots = WorkSlots(limit: 2, of: "simulations or replays")
    /// Megabytes of policies are parsed and tested for each. What decides can be changed and taken back however many drafts are
    /// being looked at.
    let reviews = WorkSlots(limit: 2, of: "reviews of policies")
    let activations = WorkSlots(limit: 2, of: "activations of policies")

    /// The table's rows.
    var routes: [Route] {
        [status]
            + objects("operators", "Operator", .operatorObject, .operatorInput, .operator, \.operators)
            + objects("identities", "Identity", .identity, .identityInput, .identity, \.identities)
            + objects("apis", "Api", .api, .apiInput, .api, \.apis)
            + objects("issuers", "Issuer", .issuer, .issuerInput, .issuer, \.issuers)
            + objects(
                "enforcement-points",
                "EnforcementPoint",
                .enforcementPoint,
                .enforcementPointInput,
                .enforcementPoint,
                \.enforcementPoints
            )
            + [severalObjects]
            + enforcementPointRoutes
            + policyRoutes
            + policyReviewRoutes
            + revocationRoutes
            + decisionRoutes
            + replayRoutes
            + leafRoutes
            + generationRoutes
            + findingRoutes
            + [nodes]
            + readOnly("credentials", "Credential", .credential, .credential, \.credentials)
            + [registerCredential]
            + tokenKeyRoutes
            + enrolmentRoutes
            + taskRoutes
    }

    private var status: Route {
        Route(
            .GET,
            "/v1/status",
            for: .operator,
            on: .pool,
            document: RouteDocument("getStatus", "Where this node stands.", answers: [.ok(.status)])
        ) { _ throws(Problem) in
            let view = engine.view
            var writer = JSONWriter()
            writer.beginObject()
            writer.key("origin")
            writer.string(view.state.opening?.origin ?? "")
            writer.key("generation")
            writer.integer(view.state.generation)
            writer.key("confirmed")
            writer.bool(!view.state.isUnconfirmed)
            writer.key("rev")
            writer.integer(Int64(clamping: view.state.rev ?? 0))
            writer.key("state_digest")
            writer.string(view.state.digest.description)
            writer.key("time")
            writer.string(engine.now().description)
            writer.key("node")
            writer.string(engine.node.id.description)
            writer.key("active_policies")
            if let active = view.state.activePolicies { writer.string(active.description) } else { writer.null() }
            writer.key("shadow_policies")
            if let shadow = view.state.shadowPolicies { writer.string(shadow.description) } else { writer.null() }
            writer.key("active_command_policies")
            if let active = view.state.activeCommandPolicies {
                writer.string(active.description)
            } else {
                writer.null()
            }
            writer.key("counts")
            writer.beginObject()
            for (name, count) in [
                ("operators", view.state.operators.count), ("identities", view.state.identities.count),
                ("apis", view.state.apis.count), ("issuers", view.state.issuers.count),
                ("enforcement_points", view.state.enforcementPoints.count),
                ("credentials", view.state.credentials.count), ("cuts", view.state.cuts.count),
                ("holds", view.state.holds.count), ("tasks", view.state.tasks.count),
            ] {
                writer.key(name)
                writer.integer(Int64(count))
            }
            writer.endObject()
            writer.endObject()
            return answer(writer)
        }
    }

    /// An answer that says at which revision it was true.
    func answer(_ writer: JSONWriter, status: Int = 200, rev: UInt64? = nil) -> Reply {
        var reply = Reply.json(writer, status: status)
        reply.headers.append(("X-Trust-Revision", String(rev ?? engine.view.state.rev ?? 0)))
        return reply
    }

    /// What became of a command: the object it was about as the command left it, or why not.
    ///
    /// A command that is sent again under its key is answered as it was: with the object of its own revision, and `made` if it
    /// made the object.
    func answer<Object: TrustObject>(
        _ outcome: CommandOutcome,
        _ register: any KeyPath<TrustState, Register<Object>> & Sendable,
        made: Int = 201,
        _ id: (TrustState) -> ObjectID?,
        showing more: (Object, inout JSONWriter) -> Void = { _, _ in }
    ) async throws(Problem) -> Reply {
        let (revs, view) = try Self.done(outcome)
        guard let id = id(view.state), var record = view.state[keyPath: register][id] else {
            throw Problem(.notFound, "there is no such object")
        }
        if let first = revs.first, !revs.contains(record.rev), record.rev > first {
            let present = record
            record = try await reading { engine in try await engine.earlier(present, in: revs) } ?? record
        }
        var writer = JSONWriter()
        engine.render(record, to: &writer) { more(record.object, &$0) }
        var reply = answer(writer, status: revs.contains(record.created) ? made : 200, rev: view.state.rev)
        reply.headers.append(("ETag", Self.tag(record, view.state).description))
        return reply
    }

    /// Runs what may fail to read the store.
    func reading<Value: Sendable>(
        _ body: @Sendable (Engine) async throws -> Value
    ) async throws(Problem) -> Value {
        do { return try await body(engine) } catch {
            throw Problem(.unavailable, "what is stored can't be read")
        }
    }

    /// The revisions of a command that was carried out.
    static func done(_ outcome: CommandOutcome) throws(Problem) -> (revs: Range<UInt64>, view: TrustView) {
        switch outcome {
        case .done(let revs, let view): return (revs, view)
        case .refused(let refusal): throw Problem(refusal)
        case .failed(let error):
            throw Problem(error.code == .internal ? .internalError : .unavailable, error.message)
        }
    }
}

extension Problem {
    /// What the policies of commands do not let an operator do, with their reasons.
    init(_ denial: CommandDenial, _ detail: String) {
        var members: [(name: String, value: JSONValue)] = [
            ("reason", .string(denial.reason)), ("action", .string(denial.action)),
            ("resource", .string(denial.resource)), ("policies", .array(denial.policies.map { .string($0) })),
        ]
        if let decision = denial.decision { members.append(("decision_id", .string(decision.description))) }
        self.init(.denied, detail, remedy: "Ask an operator whose role lets them do this.", members: members)
    }

    /// A refused command.
    init(_ refusal: CommandRefusal) {
        if let denial = refusal.denial {
            self.init(denial, refusal.message)
            return
        }
        if refusal.code == .operatorGone {
            self = .invalidCredential(refusal.message)
            return
        }
        let code: ProblemCode =
            switch refusal.code {
            case .conflict, .lastOwner: .conflict
            case .budgetExhausted: .budgetExhausted
            case .keyReused: .idempotencyKeyReused
            case .inProgress: .inProgress
            case .alreadyDone: .alreadyDone
            case .precondition: .preconditionFailed
            case .notFound: .notFound
            case CommandRefusal.Code(description: ShapeError.Code.missing.description),
                CommandRefusal.Code(description: ShapeError.Code.kind.description),
                CommandRefusal.Code(description: ShapeError.Code.unknown.description):
                .invalidRequest
            case CommandRefusal.Code(description: "unavailable"): .unavailable
            default: .refused
            }
        self.init(
            code,
            refusal.description,
            faults: refusal.pointer.isEmpty
                ? []
                : [
                    Fault(
                        pointer: refusal.pointer,
                        code: refusal.code.description,
                        detail: refusal.message
                    )
                ] + refusal.faults.map { Fault(pointer: $0.pointer, code: $0.code, detail: $0.message) }
        )
    }
}
