// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import WorkloadIdentity

struct ClaimConditionTests {
    private static let claims = try? JSONValue(
        parsing: #"""
            {"repository_id":"42","admin":true,"run":7,"https://example.com/roles":"r","a.b":"dots",
             "kubernetes.io":{"namespace":"ns","serviceaccount":{"name":"sa"}},"groups":["x","y"],"none":null,"é":"e",
             "a/b":{"~":"odd"},"":{"":"empty"},"half":1.5}
            """#
    ).objectValue

    @Test(arguments: [
        ("repository_id", #""42""#, true), ("repository_id", "42", false), ("repository_id", #""4""#, false),
        ("run", "7", true),
        ("run", #""7""#, false), ("admin", "true", true), ("admin", "1", false), ("admin", #""true""#, false),
        ("absent", #""x""#, false),
        ("https://example.com/roles", #""r""#, true), ("a.b", #""dots""#, true), ("kubernetes.io", #""ns""#, false),
        ("/kubernetes.io/namespace", #""ns""#, true), ("/kubernetes.io/serviceaccount/name", #""sa""#, true),
        ("/kubernetes.io/serviceaccount/name/x", #""sa""#, false), ("groups", #""x""#, false),
        ("/groups/0", #""x""#, false),
        ("none", #""""#, false), ("e\u{301}", #""e""#, false), ("é", #""e""#, true), ("/a~1b/~0", #""odd""#, true),
        ("//", #""empty""#, true),
        ("half", "1", false),
    ])
    func conditions(_ path: String, _ value: String, _ expected: Bool) throws {
        let condition = try ClaimCondition(ClaimPath(path), anyOf: [try JSONValue(parsing: value)])
        #expect(condition.isMet(by: try #require(Self.claims)) == expected)
        let either = try ClaimCondition(ClaimPath(path), anyOf: ["never", try JSONValue(parsing: value)])
        #expect(either.isMet(by: try #require(Self.claims)) == expected)
    }

    @Test(arguments: ["", "/a~", "/a~2", "/~x/b", "/1/2/3/4/5/6/7/8/9"])
    func badPaths(_ text: String) { #expect(throws: WorkloadIdentityError.self) { try ClaimPath(text) } }

    @Test func badValues() throws {
        let path = try ClaimPath("a")
        for values in [[], [.null], [["x"]], [.object(JSONObject())], [.number("1.5")]] as [[JSONValue]] {
            #expect(throws: WorkloadIdentityError.self) { try ClaimCondition(path, anyOf: values) }
        }
        #expect(throws: WorkloadIdentityError.self) {
            try ClaimCondition(path, anyOf: [JSONValue](repeating: 1, count: 65))
        }
    }
}
