// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing
import TrustModel
import WorkloadIdentity

@testable import Safeconduct

extension World {
    /// The key of a client that makes proofs.
    static let holder = SigningKey.generate(.es256)

    /// Where the calls of these tests go.
    static let address = "https://orders.example/v1/orders/7"

    func id(_ kind: ObjectKind, _ name: String) throws -> ObjectID {
        try #require(engine.view.state.find(name, kind: kind))
    }

    /// What a token for the worker says, issued now for five minutes.
    func issued(_ scope: String = "show", _ change: (inout IssuedToken) throws -> Void = { _ in }) throws -> IssuedToken
    {
        var generator = SystemRandomNumberGenerator()
        let worker = try id(.identity, "worker")
        var token = IssuedToken(
            id: ObjectID(kind: .credential, at: clock.now, using: &generator),
            issuer: World.issuerURL,
            subject: worker,
            client: worker,
            audience: try id(.api, "orders"),
            scope: try OAuthScope(scope),
            issuedAt: clock.now,
            expiresAt: clock.now.advanced(byMilliseconds: 300_000),
            rev: try #require(engine.view.state.rev),
            purpose: "orders/refunds"
        )
        try change(&token)
        return token
    }

    /// A token for the worker, signed by the engine's own key.
    func ownToken(
        _ scope: String = "show",
        boundTo holder: SigningKey? = nil,
        _ change: (inout IssuedToken) throws -> Void = { _ in }
    ) async throws -> String {
        let token = try issued(scope) { token in
            token.confirmation = holder.flatMap { Fingerprint(bytes: $0.verificationKey.thumbprint) }.map { .dpop($0) }
            try change(&token)
        }
        return try token.signed(by: try #require(await engine.tokenSigner()))
    }

    /// A proof that the client holds its key, for a call with `token` (RFC 9449 section 4.2).
    func proof(
        for token: String,
        by holder: SigningKey = World.holder,
        method: String = "GET",
        url: String = World.address,
        issued: Int64 = 0,
        type: String = DPoPProof.type,
        _ claims: [(String, JSONValue?)] = []
    ) throws -> String {
        var body = JSONObject([
            ("jti", .string("\(UInt64.random(in: 0 ... .max))")), ("htm", .string(method)), ("htu", .string(url)),
            ("iat", .integer(clock.now.milliseconds / 1000 + issued)),
            ("ath", .string(Base64URL.string(DPoPProof.hash(ofAccessToken: token)))),
        ])
        for (name, value) in claims { body[name] = value }
        return String(
            decoding: try holder.signEmbeddingKey(JSONValue.object(body).serialized(), type: type),
            as: UTF8.self
        )
    }

    /// Asks about a call with a token and, unless it is nil, a proof.
    func ask(
        token: String,
        proof: String?,
        _ operation: String = "show",
        method: String = "GET",
        url: String = World.address
    ) async throws -> Result<Decision, QuestionRefusal> {
        var question = Question(subject: .token(token), resource: .operation("orders/" + operation))
        question.dpop = proof.map { Question.ProofClaim(proof: $0, method: method, url: url) }
        return try await ask(question)
    }
}
