// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import JOSE
import StrictJSON
import Testing
import TrustModel
import WorkloadIdentity

@testable import Safeconduct

/// What clients of the OAuth endpoints send.
extension World {
    static let tokenEndpoint = World.issuerURL + "/oauth2/token"

    /// Registers a new key for an identity.
    func key(of holder: String, _ kind: SigningKey.Kind = .es256) async throws -> SigningKey {
        let key = SigningKey.generate(kind)
        let value: JSONValue = ["holder": .string(holder), "jwk": .object(key.verificationKey.jwk)]
        try Self.done(await engine.registerCredential(value, by: local))
        return key
    }

    /// A new token of the enforcement point `edge`.
    func pointToken() async throws -> String {
        let issued = await engine.issueBearer(to: "edge", kind: .enforcementPoint, by: local)
        return try #require(issued.token).secret
    }

    /// The local operator's token.
    func localToken() throws -> String {
        String(decoding: try #require(try PrivateFile.read(tokenFile)).dropLast(), as: UTF8.self)
    }

    /// A client assertion of `worker`, with claims changed; a claim that is null is left out.
    func assertion(
        _ key: SigningKey,
        as name: String = "worker",
        keyID: String? = nil,
        type: String = "JWT",
        _ changes: JSONValue = [:]
    ) throws -> String {
        let now = clock.now.milliseconds / 1000
        var claims = JSONObject([
            ("iss", .string(name)), ("sub", .string(name)), ("aud", .string(Self.issuerURL)), ("iat", .integer(now)),
            ("exp", .integer(now + 60)), ("jti", .string(UUID().uuidString)),
        ])
        for change in changes.objectValue ?? JSONObject() {
            claims[change.key] = change.value.isNull ? Optional<JSONValue>.none : change.value
        }
        let kind: SigningKey.Kind = key.verificationKey.algorithms.contains(.es256) ? .es256 : .edDSA
        let signing = try SigningKey(kind, secretBytes: key.secretBytes, keyID: keyID)
        let body = JSONValue.object(claims).serialized()
        return String(decoding: try signing.sign(body, type: type), as: UTF8.self)
    }

    /// A request with these parameters.
    static func request(
        _ parameters: [(String, String)],
        authorization: String? = nil,
        proofs: [String] = [],
        endpoint: String = World.tokenEndpoint
    ) throws -> TokenRequest {
        TokenRequest(
            parameters: try FormParameters(Array(form(parameters).utf8)),
            authorization: authorization,
            proofs: proofs,
            endpoint: endpoint
        )
    }

    /// The form of these parameters.
    static func form(_ parameters: [(String, String)]) -> String {
        parameters.map { "\(escaped($0.0))=\(escaped($0.1))" }.joined(separator: "&")
    }

    static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }

    /// A request that proves the client by an assertion.
    static func request(
        assertion: String,
        _ more: [(String, String)] = [],
        proofs: [String] = [],
        endpoint: String = World.tokenEndpoint
    ) throws -> TokenRequest {
        try request(
            [("client_assertion_type", ClientAssertion.type), ("client_assertion", assertion)] + more,
            proofs: proofs,
            endpoint: endpoint
        )
    }

    /// A DPoP proof for the token endpoint, with claims changed.
    func proof(_ key: SigningKey, nonce: String?, _ changes: JSONValue = [:]) throws -> String {
        var claims = JSONObject([
            ("jti", .string(UUID().uuidString)), ("htm", "POST"), ("htu", .string(Self.tokenEndpoint)),
            ("iat", .integer(clock.now.milliseconds / 1000)),
        ])
        claims["nonce"] = nonce.map { .string($0) }
        for change in changes.objectValue ?? JSONObject() {
            claims[change.key] = change.value.isNull ? Optional<JSONValue>.none : change.value
        }
        let body = JSONValue.object(claims).serialized()
        return String(decoding: try key.signEmbeddingKey(body, type: "dpop+jwt"), as: UTF8.self)
    }

    /// A token as this control plane issues it, signed by its present key.
    func issuedToken(
        for subject: String = "worker",
        client: String = "worker",
        api: String = "orders",
        scope: String = "show",
        seconds: Int64 = 300,
        issuer: String = World.issuerURL,
        rev: UInt64? = nil,
        confirmation: IssuedToken.Confirmation? = nil,
        ancestors: [ObjectID] = [],
        scopes: [Scope] = []
    ) async throws -> (token: IssuedToken, text: String) {
        let signer = try #require(await engine.tokenSigner())
        let state = engine.view.state
        var generator = SystemRandomNumberGenerator()
        let token = IssuedToken(
            id: ObjectID(kind: .credential, at: clock.now, using: &generator),
            issuer: issuer,
            subject: try #require(state.find(subject, kind: .identity)),
            client: try #require(state.find(client, kind: .identity)),
            audience: try #require(state.find(api, kind: .api)),
            scope: try OAuthScope(scope),
            issuedAt: clock.now,
            expiresAt: clock.now.advanced(byMilliseconds: seconds * 1000),
            confirmation: confirmation,
            rev: rev ?? state.rev ?? 0,
            purpose: "orders",
            ancestors: ancestors,
            scopes: scopes
        )
        return (token, try token.signed(by: signer))
    }
}
