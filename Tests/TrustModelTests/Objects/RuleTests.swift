// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TrustModel

/// The rules of single objects that are not about custody.
struct RuleTests {
    /// The pointer of the refusal; nil when the object is read.
    private func pointer<Object: TrustObject>(
        _ type: Object.Type,
        _ text: String,
        _ changes: [String: JSONValue?]
    ) throws -> String? {
        var object = try #require(try JSONValue(parsing: text).objectValue)
        for (member, value) in changes { object[member] = value }
        do {
            _ = try Object(stored: .object(object))
            return nil
        } catch {
            return error.pointer
        }
    }

    @Test(arguments: [
        ("url", #""http""#, "/url"), ("url", #""https://a b.example""#, "/url"),
        ("url", "\"https://\u{212A}.example\"", "/url"), ("url", #""https://a.example/\n""#, "/url"),
        ("url", "\"https://\(String(repeating: "a", count: 505))\"", "/url"), ("jwks_url", #""x""#, "/jwks_url"),
        ("audiences", "[]", "/audiences"), ("audiences", "null", "/audiences"), ("audiences", #"[""]"#, "/audiences"),
        ("algorithms", #"["ES256","HS256"]"#, "/algorithms/1"), ("algorithms", #"["none"]"#, "/algorithms/0"),
        ("algorithms", #"["es256"]"#, "/algorithms/0"), ("token_types", #"["a b"]"#, "/token_types/0"),
        ("maximum_token_seconds", "0", "/maximum_token_seconds"),
        ("maximum_token_seconds", "2678401", "/maximum_token_seconds"),
        ("maximum_token_seconds", "1e3", "/maximum_token_seconds"), ("one_time", "1", "/one_time"),
        ("required_claims", "[]", "/required_claims"), ("required_claims", #"{"a":null}"#, "/required_claims/a"),
        ("required_claims", #"{"a":{"b":1}}"#, "/required_claims/a"),
        ("required_claims", #"{"a":[]}"#, "/required_claims/a"),
        ("required_claims", #"{"a":[1,[2]]}"#, "/required_claims/a/1"),
        ("required_claims", #"{"":1}"#, "/required_claims/"),
        ("trust_domain", #""Shop""#, "/trust_domain"),
    ])
    func issuers(member: String, value: String, at pointer: String) throws {
        #expect(try self.pointer(Issuer.self, Sample.issuer, [member: try JSONValue(parsing: value)]) == pointer)
    }

    @Test func issuerDefaults() throws {
        var object = try #require(try JSONValue(parsing: Sample.issuer).objectValue)
        for member in [
            "jwks_url", "algorithms", "token_types", "maximum_token_seconds", "one_time", "required_claims",
            "trust_domain",
        ] { object[member] = nil }
        let issuer = try Issuer(stored: .object(object))
        #expect(issuer.jwksURL == nil && issuer.algorithms == ["ES256", "RS256", "PS256", "EdDSA"])
        #expect(issuer.tokenTypes.isEmpty && issuer.maximumTokenSeconds == 86_400 && !issuer.oneTime)
        #expect(issuer.requiredClaims.isEmpty && issuer.trustDomain == "ci")
        #expect(try Sample.read(Sample.text(issuer)) == issuer)
    }

    @Test func misspelledAlgorithm() throws {
        var object = try #require(try JSONValue(parsing: Sample.issuer).objectValue)
        object["algorithms"] = ["ES265"]
        let error = try #require(throws: ShapeError.self) { try Issuer(stored: .object(object)) }
        #expect(error.message.contains("'ES256'"))
    }

    /// Whatever an interface accepts with its depth, the log's stricter reader has to accept, too.
    @Test func noClaimIsTooDeepForTheLog() throws {
        let deep = String(repeating: "[", count: 40) + "1" + String(repeating: "]", count: 40)
        let claims: JSONValue = .object(JSONObject([("a", try JSONValue(parsing: deep))]))
        #expect(try pointer(Issuer.self, Sample.issuer, ["required_claims": claims]) == "/required_claims/a/0")
    }

    @Test(arguments: [
        ("apis", "[]", "/apis"), ("apis", "null", "/apis"), ("apis", "[1]", "/apis/0"),
        ("apis", #"["orders"]"#, "/apis/0"),
        ("apis", #"["\#(Sample.id(.api, 3))","\#(Sample.owner)"]"#, "/apis/1"),
        ("subjects", #"["proven","forged"]"#, "/subjects/1"), ("subjects", #""proven""#, "/subjects"),
        ("explanations", #""yes""#, "/explanations"), ("explanations", "1", "/explanations"),
    ])
    func enforcementPoints(member: String, value: String, at pointer: String) throws {
        let changes = [member: try JSONValue(parsing: value)]
        #expect(try self.pointer(EnforcementPoint.self, Sample.enforcementPoint, changes) == pointer)
    }

    /// Points of before are written as they were: their bytes do not know the member.
    @Test func enforcementPointsMayNotAskWhyByDefault() throws {
        var object = try #require(try JSONValue(parsing: Sample.enforcementPoint).objectValue)
        for (value, expected) in [(nil, false), (.null, false), (false, false), (true, true)] as [(JSONValue?, Bool)] {
            object["explanations"] = value
            let point = try EnforcementPoint(stored: .object(object))
            #expect(point.explanations == expected)
            #expect(Sample.text(point).contains("explanations") == expected)
        }
    }

    @Test func enforcementPointsAreProvenByDefault() throws {
        var object = try #require(try JSONValue(parsing: Sample.enforcementPoint).objectValue)
        object["subjects"] = nil
        #expect(try EnforcementPoint(stored: .object(object)).subjects == [.proven])
        let apis = (0...256).map { JSONValue.string(Sample.id(.api, $0).description) }
        object["apis"] = .array(apis)
        #expect(throws: ShapeError.self) { try EnforcementPoint(stored: .object(object)) }
        // The same API named often counts once, and the order is that of the ids.
        object["apis"] = .array([apis[2], apis[1], apis[2]])
        #expect(try EnforcementPoint(stored: .object(object)).apis == [Sample.id(.api, 1), Sample.id(.api, 2)])
    }

    @Test(arguments: [
        ("fingerprint", #""ab""#, "/fingerprint"),
        ("fingerprint", "\"\(String(repeating: "AB", count: 32))\"", "/fingerprint"),
        ("holder", #""edge""#, "/holder"), ("kind", #""password""#, "/kind"), ("ancestors", "[1]", "/ancestors/0"),
        ("ancestors", #"["\#(Sample.owner)"]"#, "/ancestors/0"),
    ])
    func credentials(member: String, value: String, at pointer: String) throws {
        let changes = [member: try JSONValue(parsing: value)]
        #expect(try self.pointer(Credential.self, Sample.credential, changes) == pointer)
    }

    @Test(arguments: [
        ("number", "0", "/number"), ("number", "65536", "/number"), ("number", "-1", "/number"),
        ("number", "9223372036854775807", "/number"), ("number", "9223372036854775808", "/number"),
    ])
    func nodes(member: String, value: String, at pointer: String) throws {
        #expect(try self.pointer(Node.self, Sample.node, [member: try JSONValue(parsing: value)]) == pointer)
    }

    @Test(arguments: [
        ("files", "[]", "/files"), ("files", "null", "/files"), ("files", #"[{"name":"a"}]"#, "/files/0/text"),
        ("files", #"[{"name":"","text":""}]"#, "/files/0/name"),
        ("files", #"[{"name":"a","text":"","x":1}]"#, "/files/0/x"),
        ("files", #"[{"name":"a","text":""},{"name":"a","text":"b"}]"#, "/files/1/name"),
        ("files", #"[{"name":"a.cedar","text":"forbid (principal, action, resource);"}]"#, "/digest"),
        ("digest", #""0""#, "/digest"),
    ])
    func policySets(member: String, value: String, at pointer: String) throws {
        let changes = [member: try JSONValue(parsing: value)]
        #expect(try self.pointer(PolicySet.self, Sample.policySet, changes) == pointer)
    }

    @Test func policySetLimits() throws {
        func files(_ count: Int, _ text: String) -> [String: JSONValue?] {
            let files = (0..<count).map {
                JSONValue.object(JSONObject([("name", .string("f\($0)")), ("text", .string(text))]))
            }
            return ["digest": .some(nil), "files": .array(files)]
        }
        #expect(try pointer(PolicySet.self, Sample.policySet, files(1024, "")) == nil)
        #expect(try pointer(PolicySet.self, Sample.policySet, files(1025, "")) == "/files")
        // A hundred thousand files are refused for their number before their names are compared.
        #expect(try pointer(PolicySet.self, Sample.policySet, files(100_000, "")) == "/files")
        let mebibyte = String(repeating: "a", count: 1 << 20)
        #expect(try pointer(PolicySet.self, Sample.policySet, files(16, mebibyte)) == nil)
        #expect(try pointer(PolicySet.self, Sample.policySet, files(17, mebibyte)) == "/files")
    }

    @Test func policyDigestsCoverNamesTextsAndOrder() {
        func digest(_ files: [(String, String)]) -> Fingerprint {
            PolicySet(id: Sample.id(.policySet, 7), files: files.map { PolicySet.File(name: $0.0, text: $0.1) }).digest
        }
        let digests = [
            digest([("a", "x"), ("b", "y")]), digest([("b", "y"), ("a", "x")]), digest([("a", "xb"), ("", "y")]),
            digest([("a", "x")]), digest([("a", "x\",\"b"), ("y", "")]), digest([("a", "x"), ("b", "y"), ("", "")]),
        ]
        #expect(Set(digests).count == digests.count)
    }

    @Test func fingerprints() {
        // FIPS 180-2, appendix B.1.
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(Fingerprint(of: "abc").description == abc)
        #expect(Fingerprint(hex: abc) == Fingerprint(of: "abc"))
        #expect(Fingerprint(of: "abc").bytes.count == 32)
        #expect(Fingerprint(hex: abc.uppercased()) == nil)
        #expect(Fingerprint(hex: String(abc.dropLast())) == nil)
        #expect(Fingerprint(hex: "+" + abc.dropFirst()) == nil)
        #expect(Fingerprint(of: "abc") != Fingerprint(of: "abd"))
    }
}
