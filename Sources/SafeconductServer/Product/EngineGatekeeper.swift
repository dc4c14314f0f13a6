// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import StrictJSON
import TrustModel

/// Knows callers by the credentials that the engine issued.
struct EngineGatekeeper: Gatekeeper {
    let engine: Engine

    func admit(_ token: String?, as audience: Audience) throws(Problem) -> Caller {
        guard let token else {
            throw Problem.unauthenticated(Self.wanted(audience))
        }
        // Who was let go while this node stood still must not be let in by what it knew before.
        guard engine.isFresh() else {
            throw Problem(
                .unavailable,
                "this node has not heard from the control log for too long",
                members: [("reason", .string("state_stale"))]
            )
        }
        // A JWT has dots; no token issued here has any.
        if token.utf8.contains(UInt8(ascii: ".")) { return try admit(assertion: token, as: audience) }
        switch (engine.caller(bearer: token), audience) {
        case (.success(.operator(let record, let credential)), .operator),
            (.success(.operator(let record, let credential)), .identity):
            return Caller(.operator, record.object, credential)
        case (.success(.point(let record, let credential)), .enforcementPoint):
            return Caller(audience, record.object, credential)
        case (.success, _):
            throw Problem(.forbidden, "this credential is for another kind of caller")
        case (.failure(let refusal), _):
            throw Problem.invalidCredential(Self.sentence(refusal))
        }
    }

    private static func wanted(_ audience: Audience) -> String {
        switch audience {
        case .enforcementPoint: "an enforcement point's token is required"
        case .identity: "an identity's client assertion or token, or an operator's, is required"
        case .operator, .public: "an operator's token is required"
        }
    }

    private func admit(assertion token: String, as audience: Audience) throws(Problem) -> Caller {
        // Whose a token of another issuer is takes that issuer's keys, for which nothing waits here.
        if audience == .identity, engine.namesIssuer(token) {
            return Caller(unverified: Caller.UnverifiedToken(text: token))
        }
        switch engine.caller(assertion: token) {
        case .failure(let refusal): throw Problem.invalidCredential(Self.sentence(refusal))
        case .success(let asserted):
            switch (asserted.caller, audience) {
            case (.operator(let record, let credential), .operator),
                (.operator(let record, let credential), .identity):
                return Caller(.operator, record.object, credential, spending: asserted.use)
            case (.identity(let record, let credential), .identity):
                return Caller(.identity, record.object, credential, spending: asserted.use)
            default: throw Problem(.forbidden, "this credential is for another kind of caller")
            }
        }
    }

    func identify(_ caller: Caller) async throws(Problem) -> Caller {
        guard let token = caller.unverified else { return caller }
        switch await engine.identity(token: token.text) {
        case .success(let identity): return Caller(identity)
        case .failure(let refusal):
            if refusal.authenticate { throw Problem.invalidCredential(refusal.message) }
            throw Problem(.forbidden, refusal.message, members: [("reason", .string(refusal.code))])
        }
    }

    func confirm(_ caller: Caller, reading collection: String?) async throws(Problem) {
        if let collection {
            // A cut counts for whatever is asked after it, also for reading and at another node. Of a command its writer
            // asks the same, under the head.
            // A token of another issuer was asked about a moment ago, and so was the head.
            if caller.proven == nil {
                await engine.followHead()
                guard let credential = ObjectID(caller.credential), engine.counts(credential: credential) else {
                    throw Problem.invalidCredential("the credential was revoked")
                }
            }
            try permit(caller, reading: collection)
        }
        guard let use = caller.assertion else { return }
        guard await engine.spend(use) else { throw Problem.invalidCredential(Self.sentence(.assertionReplayed)) }
    }

    func permit(_ caller: Caller, reading collection: String) throws(Problem) {
        guard caller.audience != .identity else { return }
        guard let denial = engine.denial(of: try engine.operatorID(caller), reading: collection) else { return }
        throw Problem(denial, "your role does not let you read \(collection)")
    }

    /// Strangers are counted, never recorded one by one (invariant 2).
    func refused(_ problem: Problem, on route: String) {
        engine.countRefusal(route: route, reason: problem.code.rawValue)
    }

    /// What the holder of a credential has to know; an unknown one learns nothing.
    private static func sentence(_ refusal: CallerRefusal) -> String {
        switch refusal {
        case .missing, .unknown: "the credential is not known here"
        case .expired: "the credential or its holder has expired"
        case .revoked: "the credential was revoked"
        case .suspended: "a hold is on the credential's holder"
        case .assertion: "the client assertion is not accepted"
        case .assertionAudience: "the client assertion's aud is not the origin of this control log"
        case .assertionExpired: "the client assertion has expired; sign one for each request"
        case .assertionTimes:
            "the client assertion is valid for more than 300 seconds, or not yet; check your clock"
        case .assertionReplayed: "the client assertion was used before; sign one for each request"
        }
    }
}

extension Engine {
    /// The enforcement point that the gatekeeper admitted.
    func point(_ caller: SafeconductServer.Caller) throws(Problem) -> Record<EnforcementPoint> {
        guard let id = ObjectID(caller.id), let record = view.state.enforcementPoints[id] else {
            throw Problem.invalidCredential("the credential is not known here")
        }
        return record
    }

    /// The operator that the gatekeeper admitted.
    func operatorID(_ caller: SafeconductServer.Caller) throws(Problem) -> ObjectID {
        guard let id = ObjectID(caller.id), id.kind == .operator else {
            throw Problem.invalidCredential("the credential is not known here")
        }
        return id
    }

    /// The operator or identity that the gatekeeper admitted.
    func giverID(_ caller: SafeconductServer.Caller) throws(Problem) -> ObjectID {
        guard let id = ObjectID(caller.id), [.operator, .identity].contains(id.kind) else {
            throw Problem.invalidCredential("the credential is not known here")
        }
        return id
    }
}

extension Caller {
    fileprivate init(
        _ audience: Audience,
        _ object: some NamedObject,
        _ credential: Record<Credential>,
        spending assertion: AssertionUse? = nil
    ) {
        self.init(
            audience: audience,
            id: object.id.description,
            name: object.name,
            credential: credential.object.id.description,
            assertion: assertion
        )
    }
}
