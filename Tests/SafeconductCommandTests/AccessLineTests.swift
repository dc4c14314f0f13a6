// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing

@testable import SafeconductCommand

@Suite("Lines of access logs")
struct AccessLineTests {
    private static func read(_ text: String, _ lines: AccessLine = AccessLine()) -> AccessLine.Reading {
        lines.read(Array(text.utf8))
    }

    /// The line as it is sent; nil when it is no report.
    private static func report(_ text: String, _ lines: AccessLine = AccessLine()) -> JSONValue? {
        guard case .report(let report) = read(text, lines) else { return nil }
        return report
    }

    @Test(
        "Envoy's and nginx's lines are understood, and what they leave out is left out",
        arguments: [
            // Envoy, a permitted call and a refused one, as texts and as numbers.
            (
                #"{"decision":"dec_1","refused_decision":"-","status":"200","bytes":"12","latency_ms":"7","#
                    + #""upstream":"10.0.0.1:80","error":"-"}"#,
                #"{"decision":"dec_1","passed":true,"status":200,"bytes":12,"latency_ms":7}"#
            ),
            (
                #"{"decision":null,"refused_decision":"dec_2","status":403,"bytes":0,"latency_ms":1,"upstream":null,"#
                    + #""error":"UAEX"}"#,
                #"{"decision":"dec_2","passed":false,"status":403,"bytes":0,"latency_ms":1,"error":"UAEX"}"#
            ),
            // nginx: seconds with thousandths, and an address that is empty when nothing was passed on.
            (
                #"{"decision":"dec_3","status":"201","bytes":"99","request_time":"1.012","upstream":"127.0.0.1:9401"}"#,
                #"{"decision":"dec_3","passed":true,"status":201,"bytes":99,"latency_ms":1012}"#
            ),
            (
                #"{"decision":"dec_4","status":"403","request_time":0.5,"upstream":""}"#,
                #"{"decision":"dec_4","passed":false,"status":403,"latency_ms":500}"#
            ),
            (#"{"decision":"dec_5"}"#, #"{"decision":"dec_5"}"#),
            (#"{"decision":"dec_6","passed":false,"upstream":"x"}"#, #"{"decision":"dec_6","passed":false}"#),
            (
                #"{"decision":"dec_7","rows":3,"amount":"4","data_class":"personal","path":"/ann"}"#,
                #"{"decision":"dec_7","rows":3,"amount":4,"data_class":"personal"}"#
            ),
        ]
    )
    func understood(line: String, expected: String) throws {
        #expect(Self.report(line) == (try JSONValue(parsing: Array(expected.utf8))))
    }

    @Test(
        "A value that no report can have is left out, not guessed at",
        arguments: [
            #""status":99"#, #""status":"000""#, #""status":600"#, #""bytes":-1"#, #""bytes":1.5"#, #""bytes":"1k""#,
            #""bytes":"9223372036854775808""#, #""request_time":"-0.1""#, #""request_time":"soon""#,
            #""request_time":"0.0x1""#, #""request_time":"99999999999999999999""#, #""data_class":"Secret!""#,
            #""rows":true"#, #""latency_ms":[1]"#, #""error":"""#,
        ]
    )
    func leftOut(member: String) {
        #expect(Self.report(#"{"decision":"dec_1",\#(member)}"#) == ["decision": "dec_1"])
    }

    @Test("An error is a code: nothing of a message gets through but its shape")
    func codes() {
        #expect(Self.report(#"{"decision":"d","error":"UF,URX"}"#)?["error"] == "UF,URX")
        #expect(Self.report(#"{"decision":"d","error":"Ann's card"}"#)?["error"] == "Ann_s_card")
        #expect(Self.report(#"{"decision":"d","error":"é\u0000@["}"#)?["error"] == "_____")
        let long = String(repeating: "x", count: 500)
        #expect(Self.report(#"{"decision":"d","error":"\#(long)"}"#)?["error"]?.stringValue?.utf8.count == 64)
    }

    @Test("What is no decision's line is told apart from what is no line")
    func others() {
        for text in ["{}", #"{"decision":"-"}"#, #"{"decision":""}"#, #"{"decision":7}"#, #"{"status":200}"#] {
            #expect(Self.read(text) == .undecided, "\(text)")
        }
        #expect(Self.read(#"{"decision":"\#(String(repeating: "d", count: 65))"}"#) == .undecided)
        for text in ["", " ", "[]", "7", "GET /x 200", "{", #"{"decision":"d","decision":"e"}"#, "\u{0}"] {
            #expect(Self.read(text) == .malformed, "\(text)")
        }
        #expect(AccessLine().read([0x7B, 0xFF, 0x7D]) == .malformed)
    }

    @Test("Names of one's own come before the usual ones; members that no report has are refused")
    func mappings() throws {
        var lines = AccessLine()
        try lines.add("status=http.status")
        try lines.add("decision=id=x")
        #expect(
            Self.report(#"{"id=x":"d","http.status":204,"status":500}"#, lines) == ["decision": "d", "status": 204]
        )
        #expect(Self.report(#"{"decision":"d","status":500}"#, lines) == ["decision": "d", "status": 500])
        for mapping in ["status", "status=", "=x", "colour=x", ""] {
            #expect(throws: CommandFailure.self) { try lines.add(mapping) }
        }
        let failure = #expect(throws: CommandFailure.self) { try lines.add("staus=x") }
        #expect(failure?.message.contains("'status'") == true)
    }
}
