// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing
import TrustModel
import WorkloadIdentity

@testable import Safeconduct

/// Tokens for tokens (RFC 8693), and tokens for what other issuers say (RFC 7523 section 2.1).
@Suite struct ExchangeTests {
    /// Everybody may be issued what the tests ask for, but nobody `admin` on behalf of somebody.
    private static let policies = """
        permit (principal, action, resource);
        forbid (principal, action == Action::"issue", resource == Operation::"orders/admin")
        when { context.chain.depth > 0 };
        """

    private static let exchange = "urn:ietf:params:oauth:grant-type:token-exchange"
    private static let bearer = "urn:ietf:params:oauth:grant-type:jwt-bearer"

    private static func wanting(_ token: String, _ more: [(String, String)] = []) -> [(String, String)] {
        [
            ("grant_type", exchange), ("subject_token", token),
            ("subject_token_type", "urn:ietf:params:oauth:token-type:jwt"),
        ] + more
    }

    private static let show = [("audience", "orders"), ("scope", "show")]

    /// What a request leads to: the token's claims, or the error and its reason.
    private func outcome(_ world: World, _ request: TokenRequest) async throws -> (token: IssuedToken?, text: String) {
        switch await world.engine.token(request) {
        case .refused(let refusal): return (nil, "\(refusal.error.code) \(refusal.reason)")
        case .granted(let answer):
            let own = try #require(world.engine.ownToken(answer.accessToken, world.engine.view, at: world.engine.now()))
            return (own.token, answer.accessToken)
        }
    }

    private func request(
        _ world: World,
        _ client: (key: SigningKey, name: String)?,
        _ parameters: [(String, String)],
        proofs: [String] = []
    ) throws -> TokenRequest {
        guard let client else { return try World.request(parameters, proofs: proofs) }
        return try World.request(
            assertion: try world.assertion(client.key, as: client.name),
            parameters,
            proofs: proofs
        )
    }

    /// A world where `gateway` serves the API `orders`.
    private func run(_ body: (World, _ worker: SigningKey, _ gateway: SigningKey) async throws -> Void) async throws {
        try await World.run(policies: Self.policies) { world async throws in
            try await world.put(.identity, "gateway", World.identity(bound: #"{"issuer":"ci","subject":"gateway"}"#))
            let api = try #require(world.engine.view.state.find("orders", kind: .api))
            let record = try #require(world.engine.view.state.apis[api])
            var writer = JSONWriter()
            writer.beginObject()
            record.object.writeMembers(to: &writer)
            writer.endObject()
            var value = try #require(try JSONValue(parsing: writer.bytes).objectValue)
            value["served_by"] = ["gateway"]
            value["name"] = nil
            try World.done(await world.engine.put(.api, named: "orders", .object(value), by: world.local))
            try await body(world, try await world.key(of: "worker"), try await world.key(of: "gateway"))
        }
    }

    @Test func aWorkloadsOwnTokenBecomesOneOfOurs() async throws {
        try await run { world, _, _ in
            // No client but the token itself, as cloud libraries do it.
            let (token, text) = try await outcome(
                world,
                try request(world, nil, Self.wanting(try world.token(), Self.show))
            )
            let issued = try #require(token, "\(text)")
            let worker = try #require(world.engine.view.state.find("worker", kind: .identity))
            let issuer = try #require(world.engine.view.state.find("ci", kind: .issuer))
            #expect(issued.subject == worker && issued.client == worker && issued.chain == .none)
            #expect(issued.scopes.contains(Scope(.issuer, issuer.description)))
            #expect(issued.scopes.contains(Scope(.trustDomain, "shop")))
            // It lives no longer than what it was got with.
            #expect(issued.expiresAt <= world.clock.now.advanced(byMilliseconds: 300_000))
            #expect(try await world.reason(token: text) == "permitted")
            try await world.cut(#"{"kind":"trust_domain","id":"shop"}"#)
            #expect(try await world.reason(token: text) == "credential_revoked")
        }
    }

    @Test func whoServesTheApiActsForItsCaller() async throws {
        try await run { world, worker, gateway in
            let first = try await outcome(
                world,
                try request(
                    world,
                    (worker, "worker"),
                    [("grant_type", "client_credentials")] + [
                        ("audience", "orders"), ("scope", "show create"),
                    ]
                )
            )
            // What is left out is the parent's.
            let second = try await outcome(world, try request(world, (gateway, "gateway"), Self.wanting(first.text)))
            let parent = try #require(first.token)
            let child = try #require(second.token, "\(second.text)")
            let id = try #require(world.engine.view.state.find("gateway", kind: .identity))
            #expect(child.subject == parent.subject && child.client == id)
            #expect(child.chain.actors.map(\.subject) == [id.description])
            #expect(child.scope == parent.scope && child.ancestors.contains(parent.id))
            #expect(child.expiresAt <= parent.expiresAt)
            // Its record says for whom; the decision on its use who acts.
            let issues = try await world.decisions().filter { $0.record.act == .issue }
            #expect(
                issues.contains { $0.record.chain?.subject == parent.subject && $0.record.chain?.actors.count == 1 }
            )
            #expect(try await world.reason(token: second.text) == "permitted")
            let used = try #require(try await world.decisions().first { $0.record.act == .call })
            #expect(used.record.chain?.actors == [id.description] && used.record.chain?.subject == nil)
            // Whoever is in it, and whatever it came of, ends it.
            try await world.cut(#"{"kind":"credential","id":"\#(parent.id)"}"#)
            for text in [first.text, second.text] {
                #expect(try await world.reason(token: text) == "credential_revoked")
            }
        }
    }

    @Test func aTokenInStrangeHandsIsExchangedForNothing() async throws {
        try await run { world, worker, gateway in
            try await world.put(.identity, "thief", World.identity(bound: ""))
            let thief = try await world.key(of: "thief")
            let holder = SigningKey.generate(.es256)
            let proof = try world.proof(holder, nonce: world.engine.dpopNonce())
            let wish = [("grant_type", "client_credentials")] + Self.show
            let bound = try await outcome(world, try request(world, (worker, "worker"), wish, proofs: [proof]))
            #expect(bound.token?.confirmation != nil)
            func refused(
                _ client: (SigningKey, String)?,
                _ parameters: [(String, String)],
                proof key: SigningKey? = nil
            ) async throws -> String {
                let proofs = try key.map { [try world.proof($0, nonce: world.engine.dpopNonce())] } ?? []
                let client = client.map { (key: $0.0, name: $0.1) }
                return try await outcome(world, try request(world, client, parameters, proofs: proofs)).text
            }
            #expect(try await refused((thief, "thief"), Self.wanting(bound.text)).hasPrefix("invalid_grant"))
            #expect(try await refused(nil, Self.wanting(bound.text)) == "invalid_client client_missing")
            #expect(try await refused(nil, Self.wanting(bound.text), proof: thief) == "invalid_client client_missing")
            let wider = Self.wanting(bound.text, [("scope", "show create")])
            #expect(try await refused((worker, "worker"), wider).hasPrefix("invalid_scope"))
            try await world.put(
                .api,
                "stock",
                #"{"hosts":["stock.example"],\#(World.custody),"operations":[{"name":"show","method":"GET","path":"/x"}]}"#
            )
            let elsewhere = Self.wanting(bound.text, [("audience", "stock")])
            #expect(try await refused((gateway, "gateway"), elsewhere).hasPrefix("invalid_target"))
            // Who holds its key changes it for a narrower one, and is still nobody's delegate.
            let again = try await outcome(
                world,
                try request(
                    world,
                    nil,
                    Self.wanting(bound.text),
                    proofs: [try world.proof(holder, nonce: world.engine.dpopNonce())]
                )
            )
            #expect(again.token?.chain == ActorChain.none, "\(again.text)")
            // A cut of the key ends both.
            try await world.cut(#"{"kind":"key","id":"\#(Base64URL.string(holder.verificationKey.thumbprint))"}"#)
            #expect(
                try await refused((worker, "worker"), Self.wanting(again.text))
                    == "invalid_grant grant_credential_revoked"
            )
        }
    }

    @Test func policiesSeeWhoActsForWhom() async throws {
        try await run { world, worker, gateway in
            let wish = [("grant_type", "client_credentials"), ("audience", "orders"), ("scope", "admin show")]
            let first = try await outcome(world, try request(world, (worker, "worker"), wish))
            #expect(first.token != nil, "\(first.text)")
            let all = try await outcome(world, try request(world, (gateway, "gateway"), Self.wanting(first.text)))
            #expect(all.text == "access_denied access_denied")
            let some = Self.wanting(first.text, [("scope", "show")])
            #expect(try await outcome(world, try request(world, (gateway, "gateway"), some)).token != nil)
            // What was permitted beside what was not is recorded, and nothing was issued.
            let issues = try await world.decisions().filter { $0.record.act == .issue && $0.record.chain != nil }
            #expect(
                issues.filter { $0.record.issue?.issued == nil }.map(\.record.outcome.permits).sorted { $0 && !$1 } == [
                    true, false,
                ]
            )
        }
    }

    @Test(
        arguments: [
            ([("subject_token", "")], "invalid_request"), ([("subject_token_type", "")], "invalid_request"),
            ([("subject_token", "x.y.z")], "invalid_grant"),
            ([("subject_token_type", "urn:ietf:params:oauth:token-type:saml2")], "invalid_request"),
            ([("actor_token", "x")], "invalid_request"),
            ([("actor_token_type", "urn:ietf:params:oauth:token-type:jwt")], "invalid_request"),
            ([("requested_token_type", "urn:ietf:params:oauth:token-type:refresh_token")], "invalid_request"),
            ([("requested_token_type", "urn:ietf:params:oauth:token-type:access_token")], ""),
        ] as [([(String, String)], String)]
    )
    func parameters(_ changes: [(String, String)], _ wanted: String) async throws {
        try await run { world, worker, _ in
            let kept = Self.wanting(try world.token(), Self.show).filter { old in !changes.contains { $0.0 == old.0 } }
            let request = try request(world, (worker, "worker"), kept + changes.filter { !$0.1.isEmpty })
            let found = try await outcome(world, request)
            #expect(wanted.isEmpty ? found.token != nil : found.text.hasPrefix(wanted + " "), "\(found.text)")
        }
    }

    /// RFC 8693 section 4.4, and the laundering of chains that others fell for.
    @Test func whatAForeignTokenSaysOfActorsStays() async throws {
        try await run { world, worker, gateway in
            func exchanged(_ claims: [(String, JSONValue)]) async throws -> (token: IssuedToken?, text: String) {
                let token = try world.token(claims: claims)
                return try await outcome(
                    world,
                    try request(world, (gateway, "gateway"), Self.wanting(token, Self.show))
                )
            }
            let gatewayID = try #require(world.engine.view.state.find("gateway", kind: .identity))
            let acted = try await exchanged([
                ("act", ["sub": "proxy", "act": ["sub": "edge", "iss": "https://x.example"]])
            ])
            let actors = try #require(acted.token, "\(acted.text)").chain.actors
            #expect(actors.map(\.subject) == [gatewayID.description, "proxy", "edge"])
            #expect(actors.map(\.issuer) == [nil, World.issuer, "https://x.example"])
            #expect(try await exchanged([("act", "proxy")]).text.hasPrefix("invalid_grant"))
            #expect(try await exchanged([("may_act", ["sub": "gateway"])]).token != nil)
            #expect(
                try await exchanged([
                    ("may_act", ["sub": .string(gatewayID.description), "iss": .string(World.issuerURL)])
                ]).token != nil
            )
            #expect(try await exchanged([("may_act", ["sub": "somebody"])]).text.hasPrefix("invalid_grant"))
            #expect(try await exchanged([("may_act", "gateway")]).text.hasPrefix("invalid_grant"))
            let held = SigningKey.generate(.es256)
            let bound: JSONValue = ["jkt": .string(Base64URL.string(held.verificationKey.thumbprint))]
            // Without a client it takes the key that the token is bound to.
            let token = try world.token(claims: [("cnf", bound)])
            let without = try await outcome(world, try request(world, nil, Self.wanting(token, Self.show)))
            #expect(without.text == "invalid_client client_missing")
            let proof = try world.proof(held, nonce: world.engine.dpopNonce())
            let with = try await outcome(
                world,
                try request(world, nil, Self.wanting(token, Self.show), proofs: [proof])
            )
            #expect(with.token?.confirmation != nil, "\(with.text)")
        }
    }

    @Test func anActorTokenNamesWhoActs() async throws {
        try await run { world, worker, gateway in
            let actor = [
                ("actor_token", try world.token("gateway")),
                ("actor_token_type", "urn:ietf:params:oauth:token-type:jwt"),
            ]
            let ids = try ["worker", "gateway"].map { try #require(world.engine.view.state.find($0, kind: .identity)) }
            let alone = try await outcome(
                world,
                try request(world, nil, Self.wanting(try world.token(), Self.show + actor))
            )
            let token = try #require(alone.token, "\(alone.text)")
            #expect(token.subject == ids[0] && token.client == ids[1])
            #expect(token.chain.actors.map(\.subject) == [ids[1].description])
            let same = try await outcome(
                world,
                try request(world, (gateway, "gateway"), Self.wanting(try world.token(), Self.show + actor))
            )
            #expect(same.token?.chain == token.chain, "\(same.text)")
        }
    }

    @Test func anotherServerVouchesForASubject() async throws {
        try await run { world, worker, gateway in
            let state = world.engine.view.state
            let present = try #require(state.find("ci", kind: .issuer).flatMap { state.issuers[$0] }).object
            func register(_ types: String) async throws {
                try await world.put(
                    .issuer,
                    "ci",
                    #"{"url":"\#(present.url)","audiences":["safeconduct"],"algorithms":["ES256"],"#
                        + #""maximum_token_seconds":600,"trust_domain":"shop","token_types":\#(types),\#(World.custody)}"#
                )
            }
            func assertion(_ changes: [(String, JSONValue)] = []) throws -> String {
                let now = world.clock.now.milliseconds / 1000
                var claims = JSONObject([
                    ("iss", .string(World.issuer)), ("sub", "worker"), ("aud", .string(World.issuerURL)),
                    ("client_id", "gateway"), ("jti", .string("\(UInt64.random(in: .min ... .max))")),
                    ("iat", .integer(now)), ("exp", .integer(now + 120)),
                ])
                for (name, value) in changes { claims[name] = value.isNull ? Optional<JSONValue>.none : value }
                let body = JSONValue.object(claims).serialized()
                return String(decoding: try World.key.sign(body, type: "oauth-id-jag+jwt"), as: UTF8.self)
            }
            func redeemed(
                _ assertion: String,
                _ more: [(String, String)] = Self.show,
                client: (SigningKey, String)? = nil
            ) async throws -> (token: IssuedToken?, text: String) {
                let client = client ?? (gateway, "gateway")
                return try await outcome(
                    world,
                    try request(
                        world,
                        (key: client.0, name: client.1),
                        [("grant_type", Self.bearer), ("assertion", assertion)] + more
                    )
                )
            }
            // Not every issuer may vouch so.
            #expect(try await redeemed(try assertion()).text == "invalid_grant grant_token_type")
            try await register(#"["absent","oauth-id-jag+jwt"]"#)
            let one = try assertion()
            let got = try await redeemed(one)
            let token = try #require(got.token, "\(got.text)")
            #expect(token.subject == state.find("worker", kind: .identity))
            #expect(token.client == state.find("gateway", kind: .identity) && token.chain.actors.count == 1)
            #expect(try await redeemed(one).text == "invalid_grant grant_token_replayed")
            // It proves no caller, whatever the registration says.
            #expect(try await world.reason(token: try assertion([("aud", "safeconduct")])) == "token_type")
            #expect(
                try await redeemed(try assertion(), client: (worker, "worker")).text
                    == "invalid_grant grant_client_mismatch"
            )
            #expect(try await redeemed(try assertion([("aud", "safeconduct")])).token == nil)
            #expect(try await redeemed(try assertion([("jti", .null)])).token == nil)
            #expect(try await redeemed(try assertion([("client_id", .null)])).token == nil)
            #expect(try await redeemed(try assertion([("scope", "create")])).text.hasPrefix("invalid_scope"))
            #expect(
                try await redeemed(try assertion([("scope", "show")]), [("audience", "orders")]).token?.scope.tokens
                    == ["show"]
            )
            #expect(
                try await redeemed(try assertion([("resource", "https://orders.example/v1")]), [("scope", "show")])
                    .token != nil
            )
            #expect(
                try await redeemed(try assertion([("resource", "https://stock.example")])).text.hasPrefix(
                    "invalid_target"
                )
            )
            #expect(try await redeemed(try assertion([("authorization_details", [])])).text.hasPrefix("invalid_grant"))
            // A workload's own token is an assertion, too, and needs no client.
            let plain = try await outcome(
                world,
                try request(world, nil, [("grant_type", Self.bearer), ("assertion", try world.token())] + Self.show)
            )
            #expect(plain.token?.chain == ActorChain.none, "\(plain.text)")
        }
    }
}
