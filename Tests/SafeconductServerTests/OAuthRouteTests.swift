// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import JOSE
import Safeconduct
import StrictJSON
import Testing
import WorkloadIdentity

@testable import SafeconductServer

/// The OAuth endpoints and what leads to them, over HTTP.
@Suite(.timeLimit(.minutes(5))) struct OAuthRouteTests {
    private static let issuer = "https://pdp.test"
    private static let form = ("Content-Type", "application/x-www-form-urlencoded")

    /// A new key of `worker`.
    private static func register(_ world: ProductWorld) async throws -> SigningKey {
        let key = SigningKey.generate(.es256)
        let body: JSONValue = ["holder": "worker", "jwk": .object(key.verificationKey.jwk)]
        let answer = try await world.send("POST", "/v1/credentials", body)
        try #require(answer.status == 201, "\(answer.text)")
        return key
    }

    private static func assertion(_ key: SigningKey, audience: String = issuer) throws -> String {
        let now = Int64(Date().timeIntervalSince1970)
        let claims: JSONValue = [
            "iss": "worker", "sub": "worker", "aud": .string(audience), "iat": .integer(now), "exp": .integer(now + 60),
            "jti": .string(UUID().uuidString),
        ]
        return String(decoding: try key.sign(claims.serialized(), type: "JWT"), as: UTF8.self)
    }

    private static func proof(_ key: SigningKey, nonce: String?) throws -> String {
        var claims = JSONObject([
            ("htm", "POST"), ("htu", .string(issuer + "/oauth2/token")), ("jti", .string(UUID().uuidString)),
            ("iat", .integer(Int64(Date().timeIntervalSince1970))),
        ])
        claims["nonce"] = nonce.map { .string($0) }
        let body = JSONValue.object(claims).serialized()
        return String(decoding: try key.signEmbeddingKey(body, type: "dpop+jwt"), as: UTF8.self)
    }

    private static func parameters(_ assertion: String, _ more: String = "") -> String {
        let type = ClientAssertion.type.replacing(":", with: "%3A")
        return "grant_type=client_credentials&audience=orders&scope=list&client_assertion_type=\(type)"
            + "&client_assertion=\(assertion)\(more)"
    }

    @Test func aTokenIsHadAskedAboutAndEnded() async throws {
        try await ProductWorld.run { world async throws in
            let key = try await Self.register(world)
            let client = TestClient(port: world.port)
            let holder = SigningKey.generate(.edDSA)
            let assertion = try Self.assertion(key)
            let body = Self.parameters(assertion)
            func ask(_ nonce: String?) async throws -> TestClient.Answer {
                let headers = [Self.form, ("DPoP", try Self.proof(holder, nonce: nonce))]
                return try await client.send("POST", "/oauth2/token", headers, body: body)
            }
            let first = try await ask(nil)
            #expect(first.status == 400 && first.json?["error"] == "use_dpop_nonce", "\(first.text)")
            let nonce = try #require(first["DPoP-Nonce"])
            let second = try await ask(nonce)
            #expect(second.status == 200 && second.json?["token_type"] == "DPoP", "\(second.text)")
            #expect(second["cache-control"] == "no-store")
            #expect(second["DPoP-Nonce"] != nil)
            let token = try #require(second.json?["access_token"]?.stringValue)
            // It verifies with what everybody may fetch.
            let keys = try await client.send("GET", "/oauth2/jwks")
            #expect(keys["content-type"] == "application/jwk-set+json")
            #expect(keys["cache-control"] == "public, max-age=300")
            let set = try JWKSet(parsing: keys.body)
            let verified = try UnverifiedJWS(compact: token).verified(with: set, allowing: .es256).get()
            #expect(verified.header.type == "at+jwt")

            func introspect() async throws -> JSONValue? {
                try await world.sendForm("/oauth2/introspect", ["token": .string(token)], token: world.point).json
            }
            let told = try await introspect()
            #expect(told?["active"] == true && told?["scope"] == "list" && told?["cnf"]?["jkt"] != nil)
            let end = "token=\(token)&client_assertion_type=\(ClientAssertion.type)&client_assertion="
            let own = try Self.assertion(key, audience: Self.issuer + "/oauth2/revoke")
            let ended = try await client.send("POST", "/oauth2/revoke", [Self.form], body: end + own)
            #expect(ended.status == 200 && ended.text.isEmpty, "\(ended.text)")
            #expect(try await introspect() == ["active": false])
        }
    }

    /// What is wrong with the request as such.
    @Test func refusalsAreAsOAuthWritesThem() async throws {
        try await ProductWorld.run { world async throws in
            let client = TestClient(port: world.port)
            let basic = ("Authorization", "Basic d29ya2VyOnM=")
            let long = "a=" + String(repeating: "b", count: 64 << 10)
            for path in ["/oauth2/token", "/oauth2/introspect", "/oauth2/revoke"] {
                for (headers, body, status, error, challenge) in [
                    ([("Content-Type", "application/json")], "{}", 415, "invalid_request", nil),
                    ([], "", 415, "invalid_request", nil),
                    ([Self.form], "a=1&a=2", 400, "invalid_request", nil),
                    ([Self.form], "a=%zz", 400, "invalid_request", nil),
                    ([Self.form], long, 413, "invalid_request", nil),
                    ([Self.form, basic, basic], "a=1", 400, "invalid_request", nil),
                    (
                        [Self.form, basic], "grant_type=client_credentials&token=x", 401, "invalid_client",
                        "Basic realm=\"safeconduct\""
                    ),
                    (
                        [Self.form], "grant_type=client_credentials&token=x", 401, "invalid_client",
                        "Bearer realm=\"safeconduct\""
                    ),
                ] as [([(String, String)], String, Int, String, String?)] {
                    let answer = try await client.send("POST", path, headers, body: body)
                    #expect(
                        answer.status == status && answer.json?["error"]?.stringValue == error,
                        "\(path): \(answer.text)"
                    )
                    #expect(answer.json?["error_description"]?.stringValue?.isEmpty == false)
                    #expect(answer["cache-control"] == "no-store")
                    #expect(answer["www-authenticate"] == challenge)
                    let isToken = path == "/oauth2/token" && status != 413
                    #expect((answer["dpop-nonce"] != nil) == isToken)
                }
            }
            // Strangers are counted, one line for each reason.
            let refusals = try await world.get("/v1/refusals")
            #expect(refusals.text.contains("POST /oauth2/token") && refusals.text.contains("client_missing"))
        }
    }

    @Test func theMetadataIsWhatIsOffered() async throws {
        try await ProductWorld.run { world async throws in
            let client = TestClient(port: world.port)
            let document = try #require(try await client.send("GET", "/.well-known/oauth-authorization-server").json)
            #expect(try await client.send("GET", "/.well-known/openid-configuration").json == document)
            #expect(document["issuer"]?.stringValue == Self.issuer)
            #expect(document["response_types_supported"] == [] && document["scopes_supported"] == nil)
            for name in ["token", "introspection", "revocation"] {
                let url = try #require(document["\(name)_endpoint"]?.stringValue)
                let path = String(url.dropFirst(Self.issuer.count))
                #expect(url.hasPrefix(Self.issuer))
                #expect(try await client.send("POST", path).status == 415)
            }
            #expect(document["jwks_uri"]?.stringValue == Self.issuer + "/oauth2/jwks")
            // Every grant type that is listed is taken, and nothing else.
            let listed = try #require(document["grant_types_supported"]?.arrayValue).compactMap(\.stringValue)
            for grant in listed + ["password", "refresh_token", "authorization_code"] {
                let body = "grant_type=\(grant)"
                let answer = try await client.send("POST", "/oauth2/token", [Self.form], body: body)
                #expect((answer.json?["error"] == "unsupported_grant_type") == !listed.contains(grant), "\(grant)")
            }
        }
    }

    @Test func anApiIsToldOfByItsOwnHostAndPath() async throws {
        try await ProductWorld.run { world async throws in
            var other = ProductWorld.api.objectValue ?? JSONObject()
            other["base_path"] = "/v2"
            _ = try await world.put("/v1/apis/second", .object(other))
            let path = "/.well-known/oauth-protected-resource"
            for (host, suffix, resource) in [
                ("orders.test", "", "https://orders.test"), ("Orders.Test:443", "/", "https://orders.test"),
                ("orders.test", "/v2", "https://orders.test/v2"), ("orders.test", "/v3", nil),
                ("orders.test", "/v2/", nil),
                ("other.test", "", nil), ("pdp.test", "", nil),
            ] as [(String, String, String?)] {
                let answer = try await TestClient(port: world.port).send("GET", path + suffix, [("Host", host)])
                #expect(answer.json?["resource"]?.stringValue == resource, "\(host)\(suffix): \(answer.text)")
                #expect(answer.status == (resource == nil ? 404 : 200) && answer.json?["scopes_supported"] == nil)
                if resource != nil { #expect(answer.json?["authorization_servers"] == [.string(Self.issuer)]) }
            }
            _ = try await world.send("DELETE", "/v1/apis/second")
            let gone = try await TestClient(port: world.port).send("GET", path + "/v2", [("Host", "orders.test")])
            #expect(gone.status == 404)
        }
    }

    @Test func tokenKeysShowWhatTheyAreFor() async throws {
        try await ProductWorld.run { world async throws in
            func states() async throws -> [String] {
                let items = try await world.get("/v1/token-keys").json?["items"]?.arrayValue ?? []
                return items.compactMap { $0["state"]?.stringValue }
            }
            #expect(try await states() == [])
            await world.engine.rotateTokenKeys()
            #expect(try await states() == ["signing"])
            let made = try await world.send("POST", "/v1/token-keys")
            #expect(made.status == 201 && made.json?["state"] == "announced", "\(made.text)")
            let again = try await world.send("POST", "/v1/token-keys")
            #expect(again.status == 200 && again.json == made.json)
            #expect(try await states() == ["announced", "signing"])
            let id = try #require(try await world.get("/v1/token-keys").json?["items"]?.arrayValue?.last?["thumbprint"])
            _ = try await world.send("POST", "/v1/cuts", ["scope": ["kind": "key", "id": id]])
            #expect(try await states().last == "ended")
        }
    }
}
