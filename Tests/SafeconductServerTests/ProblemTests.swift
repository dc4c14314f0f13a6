// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing

@testable import SafeconductServer

@Suite struct ProblemTests {
    @Test(arguments: ProblemCode.allCases)
    func everyCodeIsAClientOrServerError(_ code: ProblemCode) {
        #expect((400...599).contains(code.status))
        #expect(!code.title.isEmpty)
        #expect(code.type == "https://safeconduct.dev/problems/\(code.rawValue)")
        #expect(code.rawValue.utf8.allSatisfy { $0 == UInt8(ascii: "_") || (0x61...0x7A).contains($0) })
    }

    @Test func membersOfRFC9457() throws {
        let problem = Problem(
            .invalidRequest,
            "no \"owner\"",
            faults: [Problem.Fault(pointer: "/owner", code: "missing", detail: "'owner' is required")],
            remedy: "Name an owner.",
            members: [("decision_id", "dec_1")]
        )
        let reply = problem.reply(instance: "req_1")
        #expect(reply.status == 400)
        #expect(reply.contentType == "application/problem+json")
        #expect(
            try JSONValue(parsing: reply.body) == [
                "type": "https://safeconduct.dev/problems/invalid_request", "title": "The request has the wrong shape",
                "status": 400, "detail": "no \"owner\"", "instance": "req_1", "code": "invalid_request",
                "errors": [["pointer": "/owner", "code": "missing", "detail": "'owner' is required"]],
                "remedy": "Name an owner.", "decision_id": "dec_1",
            ]
        )
    }

    @Test func aJSONErrorTellsLineAndColumn() throws {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: "{\n  \"a\": nul\n}") }
        let problem = Problem(try #require(error))
        #expect(problem.code == .invalidJSON)
        #expect(problem.detail.hasPrefix("line 2, column "))
        #expect(problem.members.contains { $0.name == "line" && $0.value == 2 })
    }

    @Test(arguments: [
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (4_102_444_799, "Thu, 31 Dec 2099 23:59:59 GMT"),
        (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
    ])
    func dates(_ second: Int, _ text: String) {
        #expect(HTTPDate.text(second: second) == text)
    }

    @Test func requestIDs() {
        var ids = RequestID()
        #expect(ids.adopt("bfe9eb29-ab87") == "bfe9eb29-ab87")
        for bad in ["", " ", "a b", "a\u{7}", "é", String(repeating: "x", count: 129)] {
            #expect(ids.adopt(bad) != bad)
        }
        let made = (0..<1000).map { _ in ids.adopt(nil) }
        #expect(Set(made).count == 1000)
        #expect(made.allSatisfy { $0.hasPrefix("req_") && $0.utf8.count == 30 && RequestID.isAcceptable($0) })
    }

    @Test(arguments: [
        ("a%20b", false, "a b"), ("a+b", true, "a b"), ("a+b", false, "a+b"), ("%E2%82%AC", false, "\u{20AC}"),
        ("%", false, nil), ("%4", false, nil), ("%g0", false, nil), ("%C3%28", false, nil),
    ])
    func percentEncoding(_ text: String, _ plusIsSpace: Bool, _ decoded: String?) {
        #expect(PercentEncoding.decode(text.utf8, plusIsSpace: plusIsSpace) == decoded)
    }
}
