// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON
import Testing
import TrustModel
import WorkloadIdentity

@testable import Safeconduct

/// Clients that come with a secret from elsewhere (RFC 6749 section 2.3.1).
@Suite struct ClientSecretTests {
    private static let secret = "kV3xQz81LmPw0RtYbN6sJdH4gFcA7eU2"

    private static func refusal(_ result: Result<ProvenClient, TokenRefusal>) -> String {
        switch result {
        case .success(let client): client.method.rawValue
        case .failure(let refusal): "\(refusal.error.code) \(refusal.reason)"
        }
    }

    private static func basic(_ name: String, _ secret: String) -> String {
        "Basic " + Data("\(name):\(secret)".utf8).base64EncodedString()
    }

    private static func register(_ world: World, _ secret: String = secret, holder: String = "worker") async
        -> CommandOutcome
    {
        await world.engine.registerCredential(
            ["holder": .string(holder), "secret": .string(secret)],
            by: world.local
        )
    }

    @Test func aSecretProvesItsHolderAlone() async throws {
        try await World.run { world async throws in
            try World.done(await Self.register(world))
            // The same again is what it is already; of another identity it is refused.
            #expect(try World.done(await Self.register(world)).isEmpty)
            if case .refused(let refusal) = await Self.register(world, holder: "reader") {
                #expect(refusal.code == .conflict)
            } else {
                Issue.record("one secret is two identities'")
            }
            for (parameters, authorization, wanted) in [
                ([], Self.basic("worker", Self.secret), "client_secret_basic"),
                ([("client_id", "worker")], Self.basic("worker", Self.secret), "client_secret_basic"),
                ([("client_id", "worker"), ("client_secret", Self.secret)], nil, "client_secret_post"),
                ([], Self.basic("reader", Self.secret), "invalid_client client_unknown"),
                ([], Self.basic("nobody", Self.secret), "invalid_client client_unknown"),
                ([], Self.basic("worker", Self.secret + "x"), "invalid_client client_unknown"),
                ([("client_id", "worker"), ("client_secret", "")], nil, "invalid_client client_missing"),
            ] as [([(String, String)], String?, String)] {
                let request = try World.request(parameters, authorization: authorization)
                #expect(Self.refusal(await world.engine.authenticate(client: request)) == wanted)
            }
            let request = try World.request([], authorization: Self.basic("worker", Self.secret))
            let client = try await world.engine.authenticate(client: request).get()
            #expect(client.assurance == 300 && client.scopes.isEmpty)
            #expect(client.ancestors == [client.credential.object.id])
            let found = try #require(world.engine.legacyProofs.findings().first)
            #expect(found.uses == 4 && found.kind == .secret && found.identity == client.identity.object.id)
            // It is none of the tokens by which operators and enforcement points are let in.
            if case .success = world.engine.caller(bearer: Self.secret) {
                Issue.record("a client secret let somebody in")
            }
            try await world.cut(#"{"kind":"credential","id":"\#(client.credential.object.id)"}"#)
            #expect(Self.refusal(await world.engine.authenticate(client: request)) == "invalid_client client_revoked")
        }
    }

    /// The credential of an enforcement point is a secret of the same form, and not a client's.
    @Test func otherSecretsProveNoClient() async throws {
        try await World.run { world async throws in
            let token = try await world.pointToken()
            for name in ["worker", "edge"] {
                let request = try World.request([], authorization: Self.basic(name, token))
                #expect(
                    Self.refusal(await world.engine.authenticate(client: request)) == "invalid_client client_unknown"
                )
            }
        }
    }

    @Test(
        arguments: [
            ("0123456789abcdef9876543210fedcba", true), ("kV3xQz81LmPw0RtYbN6sJdH4gFcA7eU2", true),
            ("314159265358979323846264338327950288419", true), ("31415926535897932384626433832795028841", false),
            ("short", false), (String(repeating: "a", count: 64), false),
            (String(repeating: "password", count: 8), false),
            ("abcdabcdaabbccddbbccddaaccddaabbdd", false), ("kV3xQz81LmPw0RtYbN6sJdH4gFcA7eU 2", false),
            ("kV3xQz81LmPw0RtYbN6sJdH4gFcA7eÜ2", false), (String(repeating: "kV3xQz81LmPw0RtY", count: 33), false),
        ]
    )
    func whatCanBeGuessedIsRefused(_ secret: String, _ isTaken: Bool) async throws {
        #expect((ClientSecret.refusal(of: secret) == nil) == isTaken)
        try await World.run { world async throws in
            let outcome = await Self.register(world, secret)
            guard case .refused(let refusal) = outcome else {
                #expect(isTaken)
                return
            }
            #expect(!isTaken && refusal.pointer == "/secret" && !refusal.message.contains(secret))
        }
    }

    /// A random secret of 128 bits is never too plain.
    @Test func chanceIsEnough() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let bytes = (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let text = bytes.map { String(UInt16($0) + 256, radix: 16).dropFirst() }.joined()
            #expect(ClientSecret.refusal(of: text) == nil, "\(text)")
        }
    }

    @Test func theLeafOfATokenTellsHow() throws {
        for method in ClientMethod.allCases {
            var writer = JSONWriter()
            writer.beginObject()
            writer.key("grant")
            writer.string("client_credentials")
            writer.key("client_method")
            writer.string(method.rawValue)
            writer.endObject()
            var reader = try ObjectReader(try JSONValue(parsing: writer.bytes))
            let facts = try IssueFacts(&reader)
            #expect(facts.client?.method == method && facts.client?.audienceIsLegacy == false)
            var again = JSONWriter()
            again.beginObject()
            facts.writeMembers(to: &again)
            again.endObject()
            #expect(again.bytes == writer.bytes)
        }
    }
}
