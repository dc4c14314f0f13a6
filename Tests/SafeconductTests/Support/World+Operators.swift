// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing
import TrustModel

@testable import Safeconduct

extension World {
    /// Registers an operator with a role, at home in `prod/eu` unless said otherwise, named after the role.
    @discardableResult
    func hire(
        _ name: String,
        _ roles: [Role],
        kind: Operator.Kind? = nil,
        boundary: String = "prod/eu"
    ) async throws -> ObjectID {
        let type = kind ?? (roles == [.automation] ? .automation : .human)
        let list = roles.map { "\"\($0.rawValue)\"" }.joined(separator: ",")
        try await put(
            .operator,
            name,
            #"{"kind":"\#(type.rawValue)","roles":[\#(list)],"purpose":"work","boundary":"\#(boundary)","#
                + #""expires_in":"30d"}"#
        )
        return try #require(engine.view.state.find(name, kind: .operator))
    }

    /// A key of an operator, registered by a link of the local owner.
    @discardableResult
    func enrol(_ name: String, _ kind: SigningKey.Kind = .es256) async throws -> SigningKey {
        let (outcome, link) = await engine.invite(name, by: local)
        try Self.done(outcome)
        let key = SigningKey.generate(kind)
        _ = try await redeem(try #require(link).secret, key).get()
        return key
    }

    /// Redeems a link as the command line does.
    func redeem(
        _ secret: String,
        _ key: SigningKey,
        provenBy signer: SigningKey? = nil,
        over claimed: String? = nil,
        type: String = "safeconduct-enrolment+jwt"
    ) async throws -> Result<Enrolled, CommandRefusal> {
        let claims: JSONValue = ["enrolment": .string(Fingerprint(of: claimed ?? secret).description)]
        let proof = try (signer ?? key).sign(claims.serialized(), type: type)
        return await engine.redeem(
            secret: secret,
            jwk: .object(key.verificationKey.jwk),
            proof: String(decoding: proof, as: UTF8.self)
        )
    }

    /// A client assertion; what is wrong with it is what a test says.
    func assertion(
        _ name: String,
        _ key: SigningKey,
        subject: String? = nil,
        audience: JSONValue? = nil,
        issued: Int64 = 0,
        lifetime: Int64 = 60,
        id: String? = "unique",
        type: String? = "JWT"
    ) throws -> String {
        let now = clock.now.milliseconds / 1000
        var claims = JSONObject([
            ("iss", .string(name)), ("sub", .string(subject ?? name)),
            ("aud", audience ?? .string(engine.view.state.opening?.origin ?? "")), ("iat", .integer(now + issued)),
            ("exp", .integer(now + issued + lifetime)),
        ])
        if let id {
            claims["jti"] = .string(id == "unique" ? String(UInt64.random(in: .min ... .max), radix: 36) : id)
        }
        return String(decoding: try key.sign(JSONValue.object(claims).serialized(), type: type), as: UTF8.self)
    }

    /// The refusal of an assertion; nil when it counts.
    func refusal(ofAssertion token: String) async -> CallerRefusal? {
        switch engine.caller(assertion: token) {
        case .failure(let refusal): refusal
        case .success(let asserted): await engine.spend(asserted.use) ? nil : .assertionReplayed
        }
    }
}

/// Why a command was refused; nil when it was not.
func refusal(_ outcome: CommandOutcome) -> CommandRefusal? {
    if case .refused(let refusal) = outcome { refusal } else { nil }
}
