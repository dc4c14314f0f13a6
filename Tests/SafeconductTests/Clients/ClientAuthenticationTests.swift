// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing
import TrustModel
import WorkloadIdentity

@testable import Safeconduct

@Suite struct ClientAuthenticationTests {
    private static func refusal(_ result: Result<ProvenClient, TokenRefusal>) -> String {
        switch result {
        case .success: "none"
        case .failure(let refusal): "\(refusal.error.code) \(refusal.reason)"
        }
    }

    @Test(arguments: SigningKey.Kind.allCases)
    func aKeyProvesItsHolder(_ kind: SigningKey.Kind) async throws {
        try await World.run { world async throws in
            let key = try await world.key(of: "worker", kind)
            for name in ["worker", world.engine.view.state.find("worker", kind: .identity)?.description ?? ""] {
                let request = try World.request(assertion: try world.assertion(key, as: name), [("client_id", name)])
                let client = try await world.engine.authenticate(client: request).get()
                #expect(client.identity.object.name == "worker" && client.method == .privateKeyJWT)
                #expect(client.assurance == 600 && !client.audienceIsLegacy)
                #expect(client.ancestors == [client.credential.object.id])
                let thumbprint = try #require(client.credential.object.thumbprint)
                #expect(client.scopes == [Scope(.key, thumbprint)])
            }
        }
    }

    /// A `kid` that is a thumbprint names the key; any other says nothing, as none does.
    @Test func aKeyIsFoundWithoutItsName() async throws {
        try await World.run { world async throws in
            let keys = [try await world.key(of: "worker"), try await world.key(of: "worker")]
            for key in keys {
                let thumbprint = Base64URL.string(key.verificationKey.thumbprint)
                for keyID in [nil, "my-key", thumbprint] {
                    let request = try World.request(assertion: try world.assertion(key, keyID: keyID))
                    let client = try await world.engine.authenticate(client: request).get()
                    #expect(client.credential.object.thumbprint == thumbprint)
                }
            }
            let wrong = Base64URL.string(keys[1].verificationKey.thumbprint)
            let request = try World.request(assertion: try world.assertion(keys[0], keyID: wrong))
            #expect(Self.refusal(await world.engine.authenticate(client: request)) == "invalid_client client_unknown")
        }
    }

    /// One change each; who holds no key learns nothing, who holds one learns what is wrong.
    @Test(
        arguments: [
            ("client_assertion_subject_mismatch", ["sub": "reader"]),
            ("client_assertion_audience", ["aud": "https://other.example"]),
            ("client_assertion_audience", ["aud": .null]),
            ("client_assertion_audience", ["aud": ["https://trust.example", "https://trust.example/"]]),
            ("client_assertion_audience", ["aud": ["https://trust.example", "https://other.example"]]),
            ("client_assertion_audience", ["aud": "https://trust.example/oauth2/revoke"]),
            ("client_assertion_missing_jti", ["jti": .null]), ("client_assertion_missing_iat", ["iat": .null]),
        ] as [(String, JSONValue)]
    )
    func whatIsWrongIsTold(_ reason: String, _ changes: JSONValue) async throws {
        try await World.run { world async throws in
            let key = try await world.key(of: "worker")
            // Named, so that whose keys to try does not hang on the claims.
            let name = Base64URL.string(key.verificationKey.thumbprint)
            let assertion = try world.assertion(key, keyID: name, changes)
            let result = await world.engine.authenticate(client: try World.request(assertion: assertion))
            let found = Self.refusal(result)
            #expect(found.hasPrefix("invalid_client client_assertion_"), "\(found)")
            if !reason.contains("missing") { #expect(found == "invalid_client \(reason)") }
        }
    }

    @Test func timesAreBounded() async throws {
        try await World.run { world async throws in
            let key = try await world.key(of: "worker")
            let now = world.clock.now.milliseconds / 1000
            for (from, to, isGood) in [
                (0, 300, true), (0, 301, false), (-400, -1, false), (-60, 0, false), (29, 60, true), (60, 100, false),
            ] as [(Int64, Int64, Bool)] {
                let times: JSONValue = ["iat": .integer(now + from), "exp": .integer(now + to)]
                let request = try World.request(assertion: try world.assertion(key, times))
                let result = await world.engine.authenticate(client: request)
                #expect((Self.refusal(result) == "none") == isGood, "\(from)...\(to): \(Self.refusal(result))")
            }
        }
    }

    @Test func strangersLearnNothing() async throws {
        try await World.run { world async throws in
            _ = try await world.key(of: "worker")
            let stranger = SigningKey.generate(.es256)
            let thumbprint = Base64URL.string(stranger.verificationKey.thumbprint)
            var told: Set<String> = []
            for assertion in [
                try world.assertion(stranger), try world.assertion(stranger, as: "nobody"),
                try world.assertion(stranger, as: "reader"), try world.assertion(stranger, keyID: thumbprint), "a.b.c",
                "",
                String(repeating: "a", count: 9000),
            ] {
                let result = await world.engine.authenticate(client: try World.request(assertion: assertion))
                guard case .failure(let refusal) = result else {
                    Issue.record("a stranger was let in")
                    continue
                }
                if !assertion.isEmpty { told.insert(refusal.message) }
                #expect(refusal.error == .invalidClient)
            }
            #expect(told.count == 1)
        }
    }

    @Test func otherWaysAreRefused() async throws {
        try await World.run { world async throws in
            let key = try await world.key(of: "worker")
            let assertion = try world.assertion(key)
            let good = [("client_assertion_type", ClientAssertion.type), ("client_assertion", assertion)]
            for (parameters, authorization, wanted) in [
                ([], nil, "invalid_client client_missing"),
                ([("client_id", "worker")], nil, "invalid_client client_missing"),
                ([("client_id", "worker"), ("client_secret", "s")], nil, "invalid_client client_unknown"),
                ([], "Basic d29ya2VyOnM=", "invalid_client client_unknown"),
                ([], "Bearer x", "invalid_client client_authorization"),
                ([("client_secret", "s")], nil, "invalid_client client_missing"),
                (good, "Bearer x", "invalid_request invalid_request"),
                (good + [("client_secret", "s")], nil, "invalid_request invalid_request"),
                ([("client_secret", "s")], "Basic d29ya2VyOnM=", "invalid_request invalid_request"),
                ([("client_id", "reader")], "Basic d29ya2VyOnM=", "invalid_client client_mismatch"),
                ([("client_assertion_type", "urn:x"), good[1]], nil, "invalid_client client_assertion_type"),
                (good + [("client_id", "reader")], nil, "invalid_client client_mismatch"),
                (good + [("client_id", "worker")], nil, "none"),
                (good, nil, "invalid_client client_assertion_replayed"),
            ] as [([(String, String)], String?, String)] {
                let request = try World.request(parameters, authorization: authorization)
                #expect(Self.refusal(await world.engine.authenticate(client: request)) == wanted)
            }
        }
    }

    /// Libraries that know no better name the endpoint; that is taken, noted, and can be turned off.
    @Test func theEndpointIsALegacyAudience() async throws {
        try await World.run { world async throws in
            let key = try await world.key(of: "worker")
            func client(_ audience: String, at endpoint: String = World.tokenEndpoint) async throws -> ProvenClient? {
                let assertion = try world.assertion(key, ["aud": .string(audience)])
                return try? await world.engine.authenticate(
                    client: try World.request(assertion: assertion, endpoint: endpoint)
                ).get()
            }
            #expect(try await client(World.tokenEndpoint)?.audienceIsLegacy == true)
            #expect(try await client(World.issuerURL + "/")?.audienceIsLegacy == false)
            #expect(try await client(World.tokenEndpoint, at: World.issuerURL + "/oauth2/revoke") == nil)
            let strict = try await world.reopened { $0.allowingLegacyAudiences = false }
            let assertion = try world.assertion(key, ["aud": .string(World.tokenEndpoint)])
            let result = await strict.engine.authenticate(client: try World.request(assertion: assertion))
            #expect(Self.refusal(result) == "invalid_client client_assertion_audience")
        }
    }

    @Test func itCountsOnceEverywhere() async throws {
        try await World.run { world async throws in
            let key = try await world.key(of: "worker")
            let request = try World.request(assertion: try world.assertion(key))
            _ = try await world.engine.authenticate(client: request).get()
            for engine in [world.engine, try await world.neighbour().engine, try await world.reopened().engine] {
                let result = await engine.authenticate(client: request)
                #expect(Self.refusal(result) == "invalid_client client_assertion_replayed")
            }
        }
    }

    @Test func whoWasLetGoIsTold() async throws {
        try await World.run { world async throws in
            let key = try await world.key(of: "worker")
            let id = try #require(world.engine.view.state.find("worker", kind: .identity)).description
            let hold = try await world.hold(#"{"kind":"identity","id":"worker"}"#)
            func found() async throws -> String {
                let named = Base64URL.string(key.verificationKey.thumbprint)
                let request = try World.request(assertion: try world.assertion(key, as: id, keyID: named))
                return Self.refusal(await world.engine.authenticate(client: request))
            }
            #expect(try await found() == "invalid_client client_suspended")
            // Lifting leaves a cut: older keys stay dead.
            try await world.lift(hold)
            #expect(try await found() == "invalid_client client_revoked")
            let fresh = try await world.key(of: "worker")
            let request = try World.request(assertion: try world.assertion(fresh))
            #expect(Self.refusal(await world.engine.authenticate(client: request)) == "none")
            world.clock.advance(seconds: 31 * 86_400)
            let named = Base64URL.string(fresh.verificationKey.thumbprint)
            let late = try World.request(assertion: try world.assertion(fresh, keyID: named))
            #expect(Self.refusal(await world.engine.authenticate(client: late)) == "invalid_client client_expired")
        }
    }
}
