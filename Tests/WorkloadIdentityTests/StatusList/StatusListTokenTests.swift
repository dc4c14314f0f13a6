// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing
import WorkloadIdentity

struct StatusListTokenTests {
    private let key = SigningKey.generate(.es256, keyID: "12")
    private static let uri = "https://example.com/statuslists/1"
    private static let issuedAt = NumericDate(seconds: 1_686_920_170)
    private static let expiresAt = NumericDate(seconds: 2_291_720_170)

    private func verified(_ claims: JSONObject, type: String? = StatusListToken.type) throws -> VerifiedJWS {
        let signed = try key.sign(JSONValue.object(claims).serialized(), type: type)
        let token = try UnverifiedJWS(compact: signed, limits: StatusListToken.limits)
        return try token.verified(with: key.verificationKey, allowing: .es256).get()
    }

    /// The claims of the draft's example, section 5.1.
    private func claims(
        _ changes: [(String, JSONValue?)] = [],
        list entries: [(String, JSONValue?)] = []
    ) -> JSONObject {
        var list = JSONObject([("bits", 1), ("lst", "eNrbuRgAAhcBXQ")])
        for (name, value) in entries { list[name] = value }
        var claims = JSONObject([
            ("exp", 2_291_720_170), ("iat", 1_686_920_170), ("iss", "https://example.com"),
            ("status_list", .object(list)), ("sub", .string(Self.uri)), ("ttl", 43200),
        ])
        for (name, value) in changes { claims[name] = value }
        return claims
    }

    @Test func readsAndWrites() throws {
        let token = try StatusListToken(verified(claims(list: [("aggregation_uri", "https://example.com/all")])))
        #expect(token.uri == Self.uri && token.issuedAt == Self.issuedAt && token.expiresAt == Self.expiresAt)
        #expect(token.keptSeconds == 43200 && token.aggregationURI == "https://example.com/all")
        #expect(token.list.count == 16 && token.list.status(at: 0) == .invalid && token.list.status(at: 1) == .valid)
        let again = try StatusListToken(verified(token.claims))
        #expect(again.list == token.list && again.claims == token.claims)
        let plain = try StatusListToken(uri: "u", list: token.list, issuedAt: Self.issuedAt)
        #expect(plain.claims.map(\.key) == ["sub", "iat", "status_list"])
    }

    @Test(
        arguments: [
            ([("sub", nil)], []), ([("iat", nil)], []), ([("iat", "x")], []), ([("status_list", nil)], []),
            ([("status_list", "x")], []), ([("ttl", "x")], []), ([("ttl", -1)], []), ([("exp", 1_686_920_170)], []),
            ([], [("bits", nil)]), ([], [("bits", "1")]), ([], [("bits", 3)]), ([], [("lst", nil)]),
            ([], [("lst", "")]),
            ([], [("lst", "eNrbuRgAAhcBXR")]), ([], [("aggregation_uri", 1)]),
        ] as [([(String, JSONValue?)], [(String, JSONValue?)])]
    )
    func malformed(_ changes: [(String, JSONValue?)], _ entries: [(String, JSONValue?)]) throws {
        let token = try verified(claims(changes, list: entries))
        #expect(throws: WorkloadIdentityError.self) { try StatusListToken(token) }
    }

    @Test func typeAndSize() throws {
        for type in ["JWT", nil, "at+jwt", "statuslist+cwt"] {
            let token = try verified(claims(), type: type)
            #expect(throws: WorkloadIdentityError.self) { try StatusListToken(token) }
        }
        let token = try verified(claims())
        #expect(throws: WorkloadIdentityError.self) { try StatusListToken(token, maximumBytes: 1) }
        #expect((try? StatusListToken(token, maximumBytes: 2)) != nil)
    }

    @Test("What a list says of a token, and when it says nothing")
    func outcomes() throws {
        let token = try StatusListToken(verified(claims()))
        let now = NumericDate(seconds: 1_700_000_000)
        func outcome(_ index: Int, uri: String = Self.uri, at moment: NumericDate) throws -> StatusOutcome {
            token.outcome(for: try StatusReference(index: index, uri: uri), at: moment)
        }
        #expect(try outcome(0, at: now) == .status(.invalid))
        #expect(try outcome(1, at: now) == .status(.valid))
        #expect(try outcome(15, at: now) == .status(.invalid))
        #expect(try outcome(16, at: now) == .refused(.index))
        #expect(try outcome(.max, at: now) == .refused(.index))
        #expect(try outcome(1, uri: Self.uri + "/", at: now) == .refused(.uri))
        #expect(try outcome(1, at: Self.expiresAt) == .refused(.expired(at: Self.expiresAt)))
        #expect(try outcome(1, at: Self.expiresAt.advanced(bySeconds: -1)) == .status(.valid))
        #expect(try outcome(1, at: Self.issuedAt.advanced(bySeconds: -60)) == .status(.valid))
        #expect(
            try outcome(1, at: Self.issuedAt.advanced(bySeconds: -61)) == .refused(.issuedInFuture(at: Self.issuedAt))
        )
    }

    @Test func staleness() throws {
        let token = try StatusListToken(verified(claims()))
        let fetched = NumericDate(seconds: 1_700_000_000)
        #expect(!token.isStale(fetchedAt: fetched, at: fetched.advanced(bySeconds: 43199)))
        #expect(token.isStale(fetchedAt: fetched, at: fetched.advanced(bySeconds: 43200)))
        #expect(token.isStale(fetchedAt: Self.expiresAt, at: Self.expiresAt))
        let endless = try StatusListToken(verified(claims([("exp", nil), ("ttl", nil)])))
        #expect(!endless.isStale(fetchedAt: fetched, at: NumericDate(seconds: NumericDate.maximumSeconds)))
    }

    @Test("The claim of a token, absent, there or unreadable")
    func references() throws {
        func reference(_ status: JSONValue?) throws -> StatusReference? {
            var claims = JSONObject([("sub", "x")])
            claims["status"] = status
            return try StatusReference(JWTClaims(verified(claims)))
        }
        #expect(try reference(nil) == nil)
        let good = try StatusReference(index: 412, uri: Self.uri)
        #expect(try reference(good.claim) == good)
        #expect(try reference(["status_list": ["idx": 0, "uri": "u"], "other": 1])?.index == 0)
        for status in [
            .null, "x", [:], ["other": 1], ["status_list": 1], ["status_list": [:]],
            ["status_list": ["idx": -1, "uri": "u"]], ["status_list": ["idx": "1", "uri": "u"]],
            ["status_list": ["idx": 1]], ["status_list": ["idx": 1, "uri": ""]], ["status_list": ["idx": 1, "uri": 2]],
            ["status_list": ["idx": .number("1.0"), "uri": "u"]],
            ["status_list": ["idx": 1, "uri": .string(String(repeating: "u", count: 2049))]],
        ] as [JSONValue] {
            #expect(throws: WorkloadIdentityError.self, "\(status)") { try reference(status) }
        }
    }
}
