// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing
import TrustModel
import WorkloadIdentity

@testable import Safeconduct

@Suite struct IssuedTokenTests {
    private static func id(_ kind: ObjectKind, _ number: UInt64) -> ObjectID {
        ObjectID(kind: kind, high: number << 32, low: number)
    }

    /// One of everything.
    private static func sample() throws -> IssuedToken {
        IssuedToken(
            id: id(.credential, 1),
            issuer: "https://trust.example",
            subject: id(.identity, 2),
            client: id(.identity, 3),
            audience: id(.api, 4),
            scope: try OAuthScope("show create"),
            issuedAt: TestClock.start,
            expiresAt: TestClock.start.advanced(byMilliseconds: 300_000),
            confirmation: .dpop(Fingerprint(of: "key")),
            chain: try ActorChain(["sub": .string(id(.identity, 3).description)]),
            details: try AuthorizationDetails([AuthorizationDetail(actions: try TextSet(["show"]))]),
            rev: 7,
            purpose: "orders/refunds",
            task: id(.task, 9),
            ancestors: [id(.credential, 5)],
            scopes: [
                Scope(.delegationRoot, id(.credential, 5).description), Scope(.key, "abc"), Scope(.trustDomain, "shop"),
            ]
        )
    }

    @Test func whatIsWrittenIsRead() throws {
        let token = try Self.sample()
        let read = try IssuedToken(claims: token.claims)
        #expect(read == token)
        #expect(read.claims.map(\.key) == token.claims.map(\.key))
        let key = SigningKey.generate(.es256)
        let jws = try UnverifiedJWS(compact: try token.signed(by: key))
        #expect(jws.header.type == "at+jwt" && jws.header.keyID == key.verificationKey.keyID)
        let claims = try JWTClaims(try jws.verified(with: key.verificationKey, allowing: .es256).get())
        #expect(try IssuedToken(claims: claims.members) == token)
    }

    @Test func aPlainOneHasNoMemberTooMany() throws {
        var token = try Self.sample()
        (token.confirmation, token.chain, token.details, token.task) = (nil, .none, nil, nil)
        (token.ancestors, token.scopes, token.scope) = ([], [], .none)
        #expect(
            token.claims.map(\.key) == ["iss", "sub", "client_id", "aud", "iat", "nbf", "exp", "jti", "safeconduct"]
        )
        #expect(token.claims["safeconduct"]?.objectValue?.map(\.key) == ["rev", "purpose"])
        #expect(try IssuedToken(claims: token.claims) == token)
    }

    @Test func anyTokenSurvivesTheJourney() throws {
        var random = SeededGenerator()
        for _ in 0..<300 {
            func some<Value>(_ value: Value) -> Value? { Bool.random(using: &random) ? value : nil }
            var token = try Self.sample()
            token.id = ObjectID(kind: .credential, at: TestClock.start, using: &random)
            token.rev = UInt64(Int64.random(in: 0...Int64.max, using: &random))
            token.notBefore = token.issuedAt.advanced(
                byMilliseconds: 1000 * Int64.random(in: -90...290, using: &random)
            )
            let print = Fingerprint(of: "\(random.next())")
            token.confirmation = some(Bool.random(using: &random) ? .dpop(print) : .mtls(print))
            token.chain = .none
            for number in 0..<UInt64.random(in: 0...8, using: &random) {
                let subject = Self.id(.identity, number).description
                token.chain = try token.chain.appending(
                    try Actor(subject: subject, issuer: some("https://other.example"))
                )
            }
            token.task = some(Self.id(.task, UInt64.random(in: 1...99, using: &random)))
            token.ancestors = (0..<UInt64.random(in: 0...8, using: &random)).map { Self.id(.credential, $0) }
            token.scopes = (0..<Int.random(in: 0...32, using: &random)).map { Scope(.workload, "spiffe://shop/\($0)") }
            let read = try IssuedToken(claims: token.claims)
            #expect(read == token, "seed \(random.seed)")
            #expect(
                JSONValue.object(read.claims).serialized() == JSONValue.object(token.claims).serialized(),
                "seed \(random.seed)"
            )
        }
    }

    @Test func itsFactsNameAllWhoHadAPart() throws {
        let token = try Self.sample()
        let facts = token.facts
        guard case .registered(token.id, 7) = facts.origin else {
            Issue.record("\(facts.origin)")
            return
        }
        #expect(facts.holder == token.subject && facts.ancestors == token.ancestors)
        #expect(facts.key == Fingerprint(of: "key").thumbprint)
        let task = try #require(token.task)
        let actor = Scope(identity: token.client)
        #expect(facts.memberships == token.scopes + [actor, Scope(task: task)])
    }

    /// A member of the claims, by the names that lead to it, and what it is replaced with; nil takes it away.
    private static let hostile: [(path: [String], value: JSONValue?)] = {
        let digits = String(repeating: "0", count: 26)
        var cases: [([String], JSONValue?)] = []
        for name in ["iss", "sub", "client_id", "aud", "iat", "nbf", "exp", "jti", "safeconduct"] {
            cases += [
                ([name], nil), ([name], .null), ([name], ""), ([name], .number("0.5")), ([name], []), ([name], ["x"]),
            ]
        }
        for name in ["cnf", "act", "authorization_details", "scope"] {
            cases += [([name], .null), ([name], ""), ([name], true), ([name], [:]), ([name], [[]])]
        }
        cases += [
            (["sub"], .string("api_" + digits)), (["aud"], .string("nhi_" + digits)),
            (["jti"], .string("tky_" + digits)),
            (["aud"], [.string("api_" + digits)]), (["client_id"], "worker"), (["iss"], .string(text(2049))),
            (["exp"], .integer(.max)), (["exp"], .integer(TestClock.start.milliseconds / 1000 + 86_401)),
            (["exp"], .integer(TestClock.start.milliseconds / 1000)), (["iat"], -1), (["nbf"], 253_402_300_800),
            (["iat"], .string("1795246800")), (["scope"], "show  create"), (["scope"], .string(text(4097))),
            (["scope"], "sh\u{E9}w"), (["cnf", "kid"], "x"), (["cnf", "x5t#S256"], .string(text(43))),
            (["cnf", "jkt"], .string(text(42))), (["cnf", "jkt"], .null), (["cnf", "jkt"], nil), (["act", "sub"], nil),
            (["act", "sub"], "worker"), (["act", "sub"], .string("opr_" + digits)), (["act", "exp"], 1),
            (["act", "act"], "x"), (["act", "act"], actors(8)),
            (["authorization_details"], [["type": "payment", "actions": ["show"]]]),
            (["safeconduct", "rev"], -1), (["safeconduct", "rev"], nil), (["safeconduct", "rev"], "7"),
            (["safeconduct", "rev"], .null), (["safeconduct", "purpose"], nil),
            (["safeconduct", "purpose"], "Orders!"),
            (["safeconduct", "purpose"], .string(text(129))), (["safeconduct", "task"], "tsk_1"),
            (["safeconduct", "task"], .string("crd_" + digits)), (["safeconduct", "task"], .null),
            (["safeconduct", "ancestors"], .array(Array(repeating: .string("crd_" + digits), count: 9))),
            (["safeconduct", "ancestors"], [.string("nhi_" + digits)]), (["safeconduct", "ancestors"], "crd"),
            (["safeconduct", "scopes"], .array(Array(repeating: "task:x", count: 33))),
            (["safeconduct", "scopes"], ["all"]), (["safeconduct", "scopes"], ["planet:earth"]),
            (["safeconduct", "scopes"], ["identity:worker"]), (["safeconduct", "scopes"], [7]),
            (["safeconduct", "scopes"], .null), (["safeconduct", "note"], "x"), (["x"], .string(text(8192))),
        ]
        return cases
    }()

    private static func text(_ count: Int) -> String { String(repeating: "a", count: count) }

    private static func actors(_ count: Int) -> JSONValue {
        let inner: [(String, JSONValue)] = count > 1 ? [("act", actors(count - 1))] : []
        return .object(JSONObject([("sub", .string(id(.identity, 3).description))] + inner))
    }

    private static func replacing(_ path: ArraySlice<String>, in object: JSONObject, _ value: JSONValue?) -> JSONObject
    {
        guard let name = path.first else { return object }
        var object = object
        let rest = path.dropFirst()
        object[name] =
            rest.isEmpty ? value : .object(replacing(rest, in: object[name]?.objectValue ?? JSONObject(), value))
        return object
    }

    @Test(arguments: hostile.indices) func hostileClaimsAreRefused(index: Int) throws {
        let (path, value) = Self.hostile[index]
        let claims = Self.replacing(path[...], in: try Self.sample().claims, value)
        #expect(throws: ShapeError.self, "\(path) = \(value.map(\.kindName) ?? "nothing")") {
            try IssuedToken(claims: claims)
        }
    }

    @Test func claimsThatNobodyKnowsAreLeftAlone() throws {
        var claims = try Self.sample().claims
        claims["status"] = ["status_list": ["idx": 1]]
        #expect(try IssuedToken(claims: claims) == Self.sample())
    }

    @Test func whatItsReaderRefusesIsNotSigned() throws {
        var token = try Self.sample()
        token.scopes = Array(repeating: Scope(.workload, Self.text(2048)), count: 4)
        #expect(throws: ShapeError.self) { try token.signed(by: .generate(.es256)) }
    }
}
