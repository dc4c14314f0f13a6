// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing
import WorkloadIdentity

struct TransactionTokenTests {
    private let key = SigningKey.generate(.es256, keyID: "node-1")
    private let now = NumericDate(seconds: 1_000_000)
    private static let domain = "trust.example"

    private func rules(requiresChain: Bool = true) throws -> TransactionTokenRules {
        try TransactionTokenRules(trustDomain: Self.domain, requiresChain: requiresChain)
    }

    private func token() throws -> TransactionToken {
        try TransactionToken(
            issuer: "https://tts.example",
            trustDomain: Self.domain,
            transaction: "97053963",
            subject: "d084sdrt234fsaw34tr23t",
            scope: OAuthScope("trade.stocks"),
            requestingWorkload: "spiffe://trust.example/gateway",
            issuedAt: now,
            expiresAt: now.advanced(bySeconds: 300),
            context: JSONObject([("action", "BUY"), ("ticker", "MSFT"), ("quantity", "100")]),
            requesterContext: JSONObject([("req_ip", "69.151.72.123")]),
            chain: CallChain(
                transaction: "97053963",
                trustDomain: Self.domain,
                workload: "spiffe://trust.example/gateway",
                at: now,
                by: key
            )
        )
    }

    private func code(
        _ changes: [(String, JSONValue?)] = [],
        type: String? = TransactionToken.type,
        by signer: SigningKey? = nil,
        at moment: NumericDate? = nil,
        requiresChain: Bool = true
    ) throws -> String {
        var claims = try token().claims()
        for (name, value) in changes { claims[name] = value }
        let signed = try (signer ?? key).sign(JSONValue.object(claims).serialized(), type: type)
        let outcome = try rules(requiresChain: requiresChain).admission(
            of: UnverifiedJWS(compact: signed),
            keys: JWKSet([key.verificationKey]),
            at: moment ?? now
        )
        switch outcome {
        case .admitted: return "admitted"
        case .refused(let refusal): return refusal.code
        }
    }

    @Test func roundTrip() throws {
        let token = try token()
        let signed = try key.sign(JSONValue.object(token.claims()).serialized(), type: TransactionToken.type)
        let keys = JWKSet([key.verificationKey])
        guard case .admitted(let read) = try rules().admission(of: UnverifiedJWS(compact: signed), keys: keys, at: now)
        else {
            Issue.record("refused")
            return
        }
        #expect(try read.claims() == token.claims())
        #expect(read.chain == token.chain && read.context == token.context && read.scope == token.scope)
        #expect(read.requesterContext?["req_ip"] == "69.151.72.123" && read.issuer == "https://tts.example")
    }

    @Test(
        arguments: [
            ([], "admitted"), ([("iss", nil)], "admitted"), ([("rctx", nil)], "admitted"),
            ([("tctx", nil)], "admitted"),
            ([("x", 1)], "admitted"), ([("aud", [.string(domain)])], "admitted"),
            ([("aud", [.string(domain), .string(domain)])], "audience_mismatch"),
            ([("aud", [.string(domain), "b"])], "audience_mismatch"), ([("aud", "b")], "audience_mismatch"),
            ([("aud", nil)], "claim_missing_aud"), ([("iat", nil)], "claim_missing_iat"),
            ([("exp", nil)], "claim_missing_exp"), ([("sub", nil)], "claim_missing_sub"),
            ([("exp", 1_000_301)], "token_lifetime"), ([("iat", 1_000_011)], "token_issued_in_future"),
            ([("txn", nil)], "transaction_token"), ([("txn", "")], "transaction_token"),
            ([("txn", "other")], "transaction_token"), ([("scope", nil)], "transaction_token"),
            ([("scope", "")], "transaction_token"), ([("scope", ["a"])], "transaction_token"),
            ([("req_wl", nil)], "transaction_token"),
            ([("req_wl", "spiffe://trust.example/other")], "transaction_token"),
            ([("tctx", "x")], "transaction_token"), ([("tctx", .null)], "transaction_token"),
            ([("rctx", [1])], "transaction_token"),
            ([("tctx", ["x": .string(String(repeating: "x", count: 4096))])], "transaction_token"),
            ([("safeconduct_chain", nil)], "transaction_chain_missing"),
            ([("safeconduct_chain", [])], "transaction_token"), ([("safeconduct_chain", "x")], "transaction_token"),
            ([("safeconduct_chain", ["a.b.c"])], "transaction_token"),
        ] as [([(String, JSONValue?)], String)]
    )
    func claims(_ changes: [(String, JSONValue?)], _ expected: String) throws {
        #expect(try code(changes) == expected)
    }

    @Test func typesKeysAndTimes() throws {
        for type in ["JWT", nil, "at+jwt", CallHop.type] { #expect(try code(type: type) == "token_type") }
        #expect(try code(by: SigningKey.generate(.es256, keyID: "node-1")) == "token_signature")
        #expect(try code(by: SigningKey.generate(.es256, keyID: "node-9")) == "token_key_unknown")
        #expect(try code(at: now.advanced(bySeconds: 299)) == "admitted")
        #expect(try code(at: now.advanced(bySeconds: 300)) == "token_expired")
        #expect(try code(at: now.advanced(bySeconds: -10)) == "admitted")
        #expect(try code(at: now.advanced(bySeconds: -11)) == "token_issued_in_future")
        #expect(try code([("safeconduct_chain", nil)], requiresChain: false) == "admitted")
        #expect(try code([("safeconduct_chain", [])], requiresChain: false) == "transaction_token")
        // A key without a name signs tokens without one.
        let header = Base64URL.string(#"{"alg":"ES256","typ":"txntoken+jwt"}"#.utf8)
        let unnamed = try UnverifiedJWS(compact: "\(header).e30.AA")
        guard case .refused(.keyID) = try rules().admission(of: unnamed, keys: JWKSet([key.verificationKey]), at: now)
        else {
            Issue.record("admitted")
            return
        }
    }

    @Test("What can't stand in a token can't be written, even by a later change")
    func unsoundTokens() throws {
        func refuses(_ change: (inout TransactionToken) throws -> Void) throws {
            var changed = try token()
            try change(&changed)
            #expect(throws: WorkloadIdentityError.self) { try changed.claims() }
        }
        try refuses { $0.transaction = "" }
        try refuses { $0.subject = String(repeating: "s", count: 2049) }
        try refuses { $0.trustDomain = "" }
        try refuses { $0.scope = .none }
        try refuses { $0.requestingWorkload = "other" }
        try refuses { $0.expiresAt = $0.issuedAt }
        try refuses { $0.context = JSONObject([("x", .string(String(repeating: "x", count: 4096)))]) }
    }

    @Test("A replacement keeps what it is about, and only narrows")
    func replacement() throws {
        let old = try token()
        func refusal(at moment: NumericDate? = nil, _ change: (inout TransactionToken) throws -> Void) throws -> String
        {
            var new = old
            try change(&new)
            return old.replacementRefusal(by: new, at: moment ?? now)?.code ?? "replaced"
        }
        let longer = try old.chain?.appending("b", at: now, by: key)
        #expect(try refusal { _ in } == "replaced")
        #expect(try refusal { ($0.requestingWorkload, $0.chain) = ("b", longer) } == "replaced")
        #expect(try refusal { $0.requesterContext = nil } == "replaced")
        #expect(try refusal { $0.expiresAt = $0.expiresAt.advanced(bySeconds: -1) } == "replaced")
        #expect(try refusal { $0.expiresAt = $0.expiresAt.advanced(bySeconds: 1) } == "replacement_lifetime")
        #expect(try refusal { $0.issuedAt = $0.issuedAt.advanced(bySeconds: -1) } == "replacement_lifetime")
        #expect(try refusal(at: old.expiresAt) { _ in } == "replacement_expired")
        #expect(try refusal { $0.transaction += "x" } == "replacement_transaction")
        #expect(try refusal { $0.subject += "x" } == "replacement_subject")
        #expect(try refusal { $0.trustDomain += "x" } == "replacement_trust_domain")
        #expect(try refusal { $0.context = nil } == "replacement_context")
        #expect(try refusal { $0.context?["action"] = "SELL" } == "replacement_context")
        #expect(try refusal { $0.context?["extra"] = 1 } == "replacement_context")
        #expect(try refusal { $0.scope = try OAuthScope("trade.stocks admin") } == "replacement_scope")
        #expect(try refusal { $0.scope = try OAuthScope("admin") } == "replacement_scope")
        #expect(try refusal { $0.chain = nil } == "replacement_chain")
        let another = try CallChain(transaction: "97053963", trustDomain: Self.domain, workload: "b", at: now, by: key)
        #expect(try refusal { $0.chain = another } == "replacement_chain")
    }

    @Test("A token of another service may be given a chain that begins where it stands")
    func replacingWithoutChain() throws {
        var old = try token()
        let chain = try #require(old.chain)
        old.chain = nil
        var new = old
        #expect(old.replacementRefusal(by: new, at: now) == nil)
        new.requestingWorkload = "b"
        #expect(old.replacementRefusal(by: new, at: now) == .chain)
        new.chain = try chain.appending("b", at: now, by: key)
        #expect(old.replacementRefusal(by: new, at: now) == nil)
        new.chain = try CallChain(transaction: "97053963", trustDomain: Self.domain, workload: "b", at: now, by: key)
        #expect(old.replacementRefusal(by: new, at: now) == .chain)
    }
}
