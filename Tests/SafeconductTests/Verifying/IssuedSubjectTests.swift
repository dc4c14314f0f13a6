// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing
import TrustModel
import WorkloadIdentity

@testable import Safeconduct

@Suite struct IssuedSubjectTests {
    @Test func aTokenOfOursProvesItsSubject() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let task = try await world.task().description
            let said = try world.issued { $0.task = task }
            let token = try said.signed(by: try #require(await world.engine.tokenSigner()))
            let answer = try await world.ask(.token(token))
            #expect(World.reason(answer) == "permitted")
            let record = try await world.record(answer)
            #expect(record["token"] == .string(said.id.description) && record["task"] == .string(task))
            #expect(record["credential"] == .string(Fingerprint(of: token).description))
            #expect(record["assurance"] == 500 && record["binding"] == "bearer" && record["issuer"] == nil)
            #expect(record["purpose"] == "orders/refunds" && record["service"]?["name"] == "worker")
            #expect(world.keys.count == 0, "our own keys are at hand")
        }
    }

    @Test func boundTokensAreWorthMore() async throws {
        let policies =
            #"permit (principal, action, resource) when { context.caller.assurance >= 700 && context.caller.binding == "dpop" && context.caller.proven };"#
        try await World.run(policies: policies) { world async throws in
            world.clock.advance(seconds: 60)
            #expect(try await world.reason(token: try await world.ownToken()) == "not_permitted")
            let token = try await world.ownToken(boundTo: World.holder)
            let answer = try await world.ask(token: token, proof: try world.proof(for: token))
            #expect(World.reason(answer) == "permitted")
            #expect(try await world.record(answer)["assurance"] == 700)
        }
    }

    /// Claims as the engine's own key would never sign them, and what is said of them.
    @Test(arguments: [
        ("another audience", "token_audience"), ("another operation", "scope_insufficient"),
        ("no operation", "scope_insufficient"), ("expired", "token_expired"), ("not yet", "token_not_yet_valid"),
        ("from tomorrow", "token_not_yet_valid"), ("nobody", "identity_unknown"), ("no actor", "party_ended"),
        ("no client", "party_ended"), ("certificate", "proof_missing"), ("key", "proof_missing"),
    ])
    func whatAGenuineTokenIsRefusedFor(fault: String, reason: String) async throws {
        try await World.run(policies: permitAll) { world async throws in
            let now = world.clock.now
            let token = try await world.ownToken { token in
                switch fault {
                case "another audience": token.audience = MadeUp.id(.api)
                case "another operation": token.scope = try OAuthScope("create shows Show")
                case "no operation": token.scope = .none
                case "expired":
                    token.issuedAt = now.advanced(byMilliseconds: -60_000)
                    token.notBefore = token.issuedAt
                    token.expiresAt = now
                case "not yet": token.notBefore = now.advanced(byMilliseconds: 11_000)
                case "from tomorrow":
                    token.issuedAt = now.advanced(byMilliseconds: 86_400_000)
                    token.notBefore = now
                    token.expiresAt = token.issuedAt.advanced(byMilliseconds: 300_000)
                case "nobody": token.subject = MadeUp.id(.identity)
                case "no actor":
                    token.chain = try ActorChain(["sub": .string(MadeUp.id(.identity).description)])
                case "no client": token.client = MadeUp.id(.identity)
                case "certificate": token.confirmation = .mtls(Fingerprint(of: "certificate"))
                default: token.confirmation = .dpop(Fingerprint(of: "key"))
                }
            }
            let answer = try await world.ask(.token(token))
            #expect(World.reason(answer) == reason)
            let decision = try answer.get()
            #expect(decision.outcome == .deny && decision.policies.isEmpty)
            #expect(decision.authenticate == (reason != "scope_insufficient"))
            #expect(decision.neededScope == (reason == "scope_insufficient" ? "show" : nil))
            #expect(decision.proof?.kind == (reason == "proof_missing" ? (fault == "key" ? .dpop : .mtls) : nil))
            #expect(try await world.record(answer)["token"]?.stringValue?.hasPrefix("crd_") == true)
        }
    }

    /// What somebody makes who has not our key, or has it and signs something else.
    @Test func whatIsNoTokenOfOurs() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let signer = try #require(await world.engine.tokenSigner())
            let claims = try world.issued().claims
            func signed(_ claims: JSONObject, _ key: SigningKey, _ type: String?) throws -> String {
                String(decoding: try key.sign(JSONValue.object(claims).serialized(), type: type), as: UTF8.self)
            }
            #expect(try await world.reason(token: try signed(claims, signer, "at+jwt")) == "permitted")
            for type in [nil, "JWT", "dpop+jwt", "at+jwt+x", "txntoken+jwt"] {
                #expect(try await world.reason(token: try signed(claims, signer, type)) == "token_type")
            }
            let stranger = SigningKey.generate(.es256)
            #expect(try await world.reason(token: try signed(claims, stranger, "at+jwt")) == "token_key_unknown")
            let named = SigningKey.generate(.es256, keyID: signer.verificationKey.keyID)
            #expect(try await world.reason(token: try signed(claims, named, "at+jwt")) == "token_signature")
            // The key of a registered issuer, under its `kid`, signs nothing of ours.
            #expect(try await world.reason(token: try signed(claims, World.key, "at+jwt")) == "token_key_unknown")
            var broken = claims
            broken["safeconduct"] = nil
            #expect(try await world.reason(token: try signed(broken, signer, "at+jwt")) == "token_claims")
            broken = claims
            broken["iss"] = .string(World.issuerURL + "/")
            #expect(try await world.reason(token: try signed(broken, signer, "at+jwt")) == "issuer_unknown")
            // Our key under a registered issuer's name.
            broken["iss"] = .string(World.issuer)
            #expect(try await world.reason(token: try signed(broken, signer, "at+jwt")).hasPrefix("token_"))
        }
    }

    @Test(arguments: [World.issuerURL, World.issuerURL + "/", World.issuerURL + "//"])
    func nobodyElseIsRegisteredUnderOurAddress(url: String) async throws {
        try await World.run { world async throws in
            let value = try JSONValue(
                parsing: #"{"url":"\#(url)","audiences":["safeconduct"],"algorithms":["ES256"],\#(World.custody)}"#
            )
            let outcome = await world.engine.put(.issuer, named: "us", value, by: world.local)
            guard case .refused(let refusal) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(refusal.code == .conflict && refusal.pointer == "/url")
            let together = await world.engine.put([ObjectPut(kind: .issuer, name: "us", value: value)], by: world.local)
            guard case .refused = together else {
                Issue.record("\(together)")
                return
            }
        }
    }

    /// What a cut names, and what the token says of it.
    @Test(arguments: [
        "credential", "ancestor", "identity", "actor", "client", "task", "root", "workload", "signer", "holder", "all",
    ])
    func aCutOfAnyPartEndsIt(part: String) async throws {
        try await World.run(policies: permitAll) { world async throws in
            world.clock.advance(seconds: 60)
            for name in ["agent", "broker"] { try await world.put(.identity, name, World.identity(bound: "")) }
            let (agent, broker) = (try world.id(.identity, "agent"), try world.id(.identity, "broker"))
            let signer = try #require(await world.engine.tokenSigner()?.verificationKey.keyID)
            var generator = SystemRandomNumberGenerator()
            let ancestor = ObjectID(kind: .credential, at: world.clock.now, using: &generator)
            let root = ObjectID(kind: .credential, at: world.clock.now, using: &generator)
            let task = try await world.task().description
            func token() async throws -> (id: ObjectID, text: String) {
                var id = ancestor
                let text = try await world.ownToken(boundTo: World.holder) { token in
                    token.ancestors = [ancestor]
                    token.chain = try ActorChain(["sub": .string(agent.description)])
                    token.client = broker
                    token.task = task
                    token.scopes = [Scope(.delegationRoot, root.description), Scope(.workload, "spiffe://shop/w")]
                    id = token.id
                }
                return (id, text)
            }
            func reason(_ token: String) async throws -> String {
                World.reason(try await world.ask(token: token, proof: try world.proof(for: token)))
            }
            let before = try await token()
            #expect(try await reason(before.text) == "permitted")
            let holder = Base64URL.string(World.holder.verificationKey.thumbprint)
            let scopes: [String: Scope] = [
                "credential": Scope(.credential, before.id.description),
                "ancestor": Scope(.credential, ancestor.description),
                "identity": Scope(identity: try world.id(.identity, "worker")),
                "actor": Scope(identity: agent), "client": Scope(identity: broker), "task": Scope(.task, task),
                "root": Scope(.delegationRoot, root.description), "workload": Scope(.workload, "spiffe://shop/w"),
                "signer": Scope(.key, signer), "holder": Scope(.key, holder), "all": Scope(.all),
            ]
            let scope = try #require(scopes[part])
            let cut = Cut(id: ObjectID(kind: .cut, at: world.clock.now, using: &generator), scope: scope)
            try World.done(
                await world.engine.carryOut(
                    Command(by: world.local, collection: "cuts") { _, _ throws(CommandRefusal) in [.cut(cut)] }
                )
            )
            let expected = ["signer", "all"].contains(part) ? "token_key_unknown" : "credential_revoked"
            #expect(try await reason(before.text) == expected, "the token was remembered")
            // What is issued after the cut counts; with a new key where the old one was cut, and of a task nothing any more.
            let after = part == "task" ? "task_over" : "permitted"
            #expect(try await reason(try await token().text) == after)
        }
    }

    @Test func aHoldOnAnActorStopsIt() async throws {
        try await World.run(policies: permitAll) { world async throws in
            try await world.put(.identity, "agent", World.identity(bound: ""))
            let agent = try world.id(.identity, "agent")
            let token = try await world.ownToken { $0.chain = try ActorChain(["sub": .string(agent.description)]) }
            #expect(try await world.reason(token: token) == "permitted")
            let hold = try await world.hold(#"{"kind":"identity","id":"agent"}"#)
            #expect(try await world.reason(token: token) == "identity_suspended")
            try await world.lift(hold)
            #expect(try await world.reason(token: token) == "credential_revoked", "lifting a hold leaves a cut")
            let again = try await world.ownToken { $0.chain = try ActorChain(["sub": .string(agent.description)]) }
            #expect(try await world.reason(token: again) == "permitted")
            try World.done(await world.engine.retire(.identity, "agent", by: world.local))
            #expect(try await world.reason(token: again) != "permitted")
        }
    }

    @Test func aTokenOfALaterNodeOrKeyIsKnownEverywhere() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let neighbour = try await world.neighbour()
            let token = try await neighbour.ownToken()
            // Within a second this node has read of the key.
            _ = await world.engine.carryOut(Command(by: world.engine.node.id) { _, _ in [] })
            #expect(try await world.reason(token: token) == "permitted")
            world.clock.advance(seconds: 301)
            #expect(try await world.reason(token: token) == "token_expired")
        }
    }

    @Test func whoTheTokenIsHasToBeWhoWasNamed() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let token = try await world.ownToken()
            var question = Question(
                subject: .token(token),
                resource: .operation("orders/show"),
                statedIdentity: "reader"
            )
            #expect(World.reason(try await world.ask(question)) == "subject_mismatch")
            question.statedIdentity = "worker"
            #expect(World.reason(try await world.ask(question)) == "permitted")
        }
    }
}
