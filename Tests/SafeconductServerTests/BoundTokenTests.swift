// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import JOSE
import StrictJSON
import Testing
import TrustModel

@testable import Safeconduct
@testable import SafeconductServer

/// Tokens that are issued here, presented to enforcement points with proofs of possession (RFC 9449 section 7).
@Suite(.timeLimit(.minutes(5))) struct BoundTokenTests {
    private static let holder = SigningKey.generate(.es256)

    /// A token for the worker, bound to the holder's key unless it is nobody's.
    private static func token(_ world: ProductWorld, _ scope: String = "list", isBound: Bool = true) async throws
        -> String
    {
        let state = world.engine.view.state
        let worker = try #require(state.find("worker", kind: .identity)).description
        let api = try #require(state.find("orders", kind: .api)).description
        let now = world.engine.now()
        var generator = SystemRandomNumberGenerator()
        var claims = JSONObject([
            ("iss", .string(world.engine.issuerURL)), ("sub", .string(worker)), ("client_id", .string(worker)),
            ("aud", .string(api)), ("scope", .string(scope)), ("iat", .integer(now.milliseconds / 1000)),
            ("nbf", .integer(now.milliseconds / 1000)), ("exp", .integer(now.milliseconds / 1000 + 300)),
            ("jti", .string(ObjectID(kind: .credential, at: now, using: &generator).description)),
            ("safeconduct", ["rev": .integer(Int64(clamping: state.rev ?? 0)), "purpose": "testing"]),
        ])
        if isBound { claims["cnf"] = ["jkt": .string(Base64URL.string(holder.verificationKey.thumbprint))] }
        let signer = try #require(await world.engine.tokenSigner())
        return String(decoding: try signer.sign(JSONValue.object(claims).serialized(), type: "at+jwt"), as: UTF8.self)
    }

    private static func proof(_ token: String, nonce: String? = nil, method: String = "GET") throws -> String {
        var claims = JSONObject([
            ("jti", .string(UUID().uuidString)), ("htm", .string(method)), ("htu", "https://orders.test/orders"),
            ("iat", .integer(Int64(Date().timeIntervalSince1970))),
            ("ath", .string(Base64URL.string(Fingerprint(of: token).bytes))),
        ])
        claims["nonce"] = nonce.map { .string($0) }
        let bytes = try holder.signEmbeddingKey(JSONValue.object(claims).serialized(), type: "dpop+jwt")
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func nginx(
        _ world: ProductWorld,
        _ scheme: String,
        _ token: String,
        _ proof: String?
    ) async throws -> TestClient.Answer {
        let headers = [
            ("Safeconduct-Enforcement-Point", world.point), ("X-Original-Method", "GET"),
            ("X-Original-URI", "/orders?a=1"),
            ("X-Original-Host", "orders.test"), ("Authorization", "\(scheme) \(token)"),
        ]
        return try await TestClient(port: world.port)
            .send("GET", NginxRoutes.path, headers + (proof.map { [("DPoP", $0)] } ?? []), body: "")
    }

    /// The client is told a nonce, since this server began just now, and tries again as RFC 9449 section 9 says.
    @Test func aClientIsToldWhatToProve() async throws {
        try await ProductWorld.run { world in
            let token = try await Self.token(world)
            let bearer = try await Self.nginx(world, "Bearer", token, try Self.proof(token))
            #expect(bearer.status == 401 && bearer.code == "challenge_required")
            #expect(bearer.json?["reason"] == "proof_missing")
            #expect(
                bearer["www-authenticate"]?.hasPrefix(#"DPoP realm="safeconduct", error="invalid_token""#) == true
            )
            let first = try await Self.nginx(world, "DPoP", token, try Self.proof(token))
            #expect(first.status == 401 && first.json?["reason"] == "proof_refused")
            #expect(first["www-authenticate"]?.contains(#"error="use_dpop_nonce""#) == true)
            let nonce = try #require(first["dpop-nonce"])
            let good = try Self.proof(token, nonce: nonce)
            let second = try await Self.nginx(world, "DPoP", token, good)
            #expect(second.status == 204 && second["safeconduct-identity"] == "worker")
            let replayed = try await Self.nginx(world, "DPoP", token, good)
            #expect(replayed.status == 401)
            #expect(replayed["www-authenticate"]?.contains(#"error="invalid_dpop_proof""#) == true)
            let other = try await Self.token(world, "other")
            let unscoped = try await Self.nginx(world, "DPoP", other, try Self.proof(other, nonce: nonce))
            #expect(unscoped.status == 403 && unscoped.json?["reason"] == "scope_insufficient")
            #expect(unscoped["www-authenticate"]?.hasSuffix(#"error="insufficient_scope", scope="list""#) == true)
        }
    }

    private static func evaluate(
        _ world: ProductWorld,
        _ credential: JSONValue
    ) async throws -> TestClient.Answer {
        try await world.send(
            "POST",
            "/access/v1/evaluation",
            [
                "subject": ["type": "identity", "id": "", "properties": ["credential": credential]],
                "action": ["name": "call"],
                "resource": ["type": "operation", "id": "orders/list"],
            ],
            token: world.point
        )
    }

    @Test func pointsTellTheProofAndItsCall() async throws {
        try await ProductWorld.run { world in
            let plain = try await Self.token(world, isBound: false)
            let bearer = try await Self.evaluate(world, ["type": "jwt", "value": .string(plain)])
            #expect(bearer.json?["decision"] == true, "\(bearer.text)")
            let token = try await Self.token(world)
            let missing = try await Self.evaluate(world, ["type": "jwt", "value": .string(token)])
            #expect(missing.json?["decision"] == false)
            let context = missing.json?["context"]
            #expect(context?["reason"]?["class"] == "proof_missing" && context?["challenges"] == ["dpop"])
            #expect(context?["response_headers"]?.arrayValue?.first?["name"] == "WWW-Authenticate")
            func claim(_ proof: String) -> JSONValue {
                [
                    "type": "jwt", "value": .string(token),
                    "dpop": ["proof": .string(proof), "method": "GET", "url": "https://orders.test/orders"],
                ]
            }
            let refused = try await Self.evaluate(world, claim(try Self.proof(token)))
            let fields = refused.json?["context"]?["response_headers"]?.arrayValue ?? []
            let nonce = try #require(fields.first { $0["name"] == "DPoP-Nonce" }?["value"]?.stringValue)
            let good = try await Self.evaluate(world, claim(try Self.proof(token, nonce: nonce)))
            #expect(good.json?["decision"] == true, "\(good.text)")
            let other = try await Self.evaluate(world, claim(try Self.proof(token, nonce: nonce, method: "POST")))
            #expect(other.json?["context"]?["reason"]?["class"] == "proof_refused")
        }
    }

    @Test(arguments: [
        #""x""#, "[]", "{}", "true", #"{"proof":"p"}"#, #"{"proof":"p","method":"GET"}"#,
        #"{"proof":"p","method":"GET","url":7}"#, #"{"proof":null,"method":"GET","url":"https://x"}"#,
        #"{"proof":"p","method":"","url":"https://x"}"#, #"{"proof":"p","method":"GET","url":""}"#,
        #"{"proof":"p","method":"GET","url":"https://x","htm":"GET"}"#,
        #"{"proof":"\#(String(repeating: "p", count: 8193))","method":"GET","url":"https://x"}"#,
        #"{"proof":"p","method":"\#(String(repeating: "G", count: 65))","url":"https://x"}"#,
    ])
    func hostileMembers(text: String) throws {
        let problem = try #require(throws: Problem.self) {
            try DPoPMember.read(["type": "jwt", "value": "x", "dpop": try JSONValue(parsing: text)])
        }
        #expect(problem.code == .invalidRequest)
        #expect(problem.faults.first?.pointer.hasPrefix("/subject/properties/credential/dpop") == true)
        #expect(try DPoPMember.read(["type": "jwt", "value": "x"]) == nil)
    }
}
