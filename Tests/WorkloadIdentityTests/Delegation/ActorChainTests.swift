// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import WorkloadIdentity

struct ActorChainTests {
    private func parse(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }

    private func nested(_ depth: Int) -> JSONValue? {
        var claim: JSONValue?
        for level in 0..<depth {
            var members = JSONObject([("sub", .string("actor-\(level)"))])
            members["act"] = claim
            claim = .object(members)
        }
        return claim
    }

    @Test("The chain of RFC 8693 section 4.1: newest outermost")
    func standardExample() throws {
        let claim = try parse(
            #"{"sub":"https://service16.example.com","act":{"sub":"https://service77.example.com"}}"#
        )
        let chain = try ActorChain(claim)
        #expect(chain.actors.map(\.subject) == ["https://service16.example.com", "https://service77.example.com"])
        #expect(chain.current?.subject == "https://service16.example.com" && chain.claim == claim)
        let longer = try chain.appending(Actor(subject: "n", issuer: "https://i.example"))
        #expect(longer.claim?["act"] == claim && longer.claim?["sub"] == "n")
        #expect(longer.isExtension(of: chain) && !chain.isExtension(of: longer))
        #expect(
            longer.isExtension(of: .none) && chain.isExtension(of: chain) && !ActorChain.none.isExtension(of: chain)
        )
    }

    @Test(
        arguments: [
            "null", "1", "\"x\"", "[]", "{}", #"{"sub":""}"#, #"{"sub":1}"#, #"{"iss":"a"}"#, #"{"sub":"a","iss":1}"#,
            #"{"sub":"a","iss":""}"#, #"{"sub":"a","act":null}"#, #"{"sub":"a","act":"b"}"#, #"{"sub":"a","act":{}}"#,
            #"{"sub":"a","act":[{"sub":"b"}]}"#, #"{"sub":"a","exp":1}"#, #"{"sub":"a","aud":"b"}"#,
            #"{"sub":"a","nbf":1}"#, #"{"sub":"a","iat":1}"#, #"{"sub":"a","jti":"b"}"#, #"{"sub":"a","scope":"b"}"#,
            #"{"sub":"a","may_act":{"sub":"b"}}"#, #"{"sub":"a","act":{"sub":"b","exp":1}}"#,
            #"{"sub":"a","1":1,"2":1,"3":1,"4":1,"5":1,"6":1,"7":1,"8":1,"9":1,"10":1,"11":1,"12":1}"#,
        ]
    )
    func refused(_ text: String) throws {
        let claim = try parse(text)
        #expect(throws: WorkloadIdentityError.self) { try ActorChain(claim) }
    }

    @Test func depthAndSize() throws {
        #expect(try ActorChain(nil) == .none && ActorChain.none.claim == nil)
        #expect(try ActorChain(nested(8)).actors.count == 8)
        #expect(throws: WorkloadIdentityError.self) { try ActorChain(nested(9)) }
        let full = try ActorChain(nested(8))
        #expect(throws: WorkloadIdentityError.self) { try full.appending(Actor(subject: "x")) }
        #expect(throws: WorkloadIdentityError.self) { try Actor(subject: String(repeating: "s", count: 2049)) }
        #expect(throws: WorkloadIdentityError.self) { try Actor(subject: "") }
    }

    @Test("An actor is more than its subject, by bytes")
    func equality() throws {
        let plain = try Actor(subject: "a")
        #expect(try plain != Actor(subject: "a", issuer: "i"))
        #expect(try Actor(subject: "\u{E9}") != Actor(subject: "e\u{301}"))
        let chain = try ActorChain.none.appending(Actor(subject: "a", issuer: "i"))
        let same = try ActorChain(parse(#"{"iss":"i","sub":"a"}"#))
        #expect(chain == same)
        let lost = try ActorChain.none.appending(plain).appending(Actor(subject: "b"))
        #expect(!lost.isExtension(of: chain))
    }

    @Test("Who may act (RFC 8693 section 4.4)")
    func mayAct() throws {
        let named = try PermittedActor(parse(#"{"sub":"admin@example.com"}"#))
        let token = "https://issuer.example.com"
        #expect(try named.permits(Actor(subject: "admin@example.com"), tokenIssuer: token))
        #expect(try named.permits(Actor(subject: "admin@example.com", issuer: token), tokenIssuer: token))
        #expect(
            try !named.permits(Actor(subject: "admin@example.com", issuer: "https://evil.example"), tokenIssuer: token)
        )
        #expect(try !named.permits(Actor(subject: "Admin@example.com"), tokenIssuer: token))
        let foreign = try PermittedActor(parse(#"{"sub":"a","iss":"https://other.example","client_id":"c"}"#))
        let full = try Actor(
            members: JSONObject([("sub", "a"), ("iss", "https://other.example"), ("client_id", "c"), ("more", 1)])
        )
        #expect(foreign.permits(full, tokenIssuer: token))
        #expect(try !foreign.permits(Actor(subject: "a", issuer: "https://other.example"), tokenIssuer: token))
        #expect(try !foreign.permits(Actor(subject: "a"), tokenIssuer: token))
        // Whoever leaves its issuer out is of the token's, and not of the one that the claim happens to name.
        let elsewhere = try PermittedActor(parse(#"{"sub":"a","iss":"https://other.example"}"#))
        #expect(try !elsewhere.permits(Actor(subject: "a"), tokenIssuer: token))
        #expect(try elsewhere.permits(Actor(subject: "a"), tokenIssuer: "https://other.example"))
        for text in ["{}", "null", "[]", #"[{"sub":"a"}]"#, #"{"sub":"a","exp":1}"#, #"{"sub":"a","act":{"sub":"b"}}"#]
        {
            let claim = try parse(text)
            #expect(throws: WorkloadIdentityError.self) { try PermittedActor(claim) }
        }
    }
}
