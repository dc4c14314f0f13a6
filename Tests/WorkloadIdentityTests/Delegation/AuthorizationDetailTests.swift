// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing
import WorkloadIdentity

struct AuthorizationDetailTests {
    static let full = """
        {"type":"safeconduct_task","actions":["read","write"],"locations":["https://a.example","https://b.example"],\
        "datatypes":["order"],"identifier":"o-1","privileges":["export"],"purpose":"refund","not_after":2000000000}
        """

    private func read(_ text: String) throws -> AuthorizationDetail {
        try AuthorizationDetail(JSONValue(parsing: Array(text.utf8)))
    }

    @Test func roundTrip() throws {
        let detail = try read(Self.full)
        #expect(detail.actions.texts == ["read", "write"] && detail.privileges.texts == ["export"])
        #expect(detail.notAfter == NumericDate(seconds: 2_000_000_000) && detail.purpose == "refund")
        #expect(String(decoding: detail.json.serialized(), as: UTF8.self) == Self.full)
        let least = try read(#"{"type":"safeconduct_task","actions":["read"]}"#)
        #expect(
            String(decoding: least.json.serialized(), as: UTF8.self)
                == #"{"type":"safeconduct_task","actions":["read"]}"#
        )
    }

    @Test(
        arguments: [
            "1", "[]", "{}", #"{"actions":["a"]}"#, #"{"type":"other","actions":["a"]}"#,
            #"{"type":"safeconduct_task"}"#,
            #"{"type":"safeconduct_task","actions":[]}"#, #"{"type":"safeconduct_task","actions":"a"}"#,
            #"{"type":"safeconduct_task","actions":["a","a"]}"#, #"{"type":"safeconduct_task","actions":[1]}"#,
            #"{"type":"safeconduct_task","actions":[""]}"#, #"{"type":"safeconduct_task","actions":["a\u0000"]}"#,
            #"{"type":"safeconduct_task","actions":null}"#, #"{"type":"safeconduct_task","actions":["a"],"x":1}"#,
            #"{"type":"safeconduct_task","actions":["a"],"Locations":["a"]}"#,
            #"{"type":"safeconduct_task","actions":["a"],"locations":[]}"#,
            #"{"type":"safeconduct_task","actions":["a"],"locations":null}"#,
            #"{"type":"safeconduct_task","actions":["a"],"datatypes":{}}"#,
            #"{"type":"safeconduct_task","actions":["a"],"privileges":[]}"#,
            #"{"type":"safeconduct_task","actions":["a"],"identifier":""}"#,
            #"{"type":"safeconduct_task","actions":["a"],"identifier":["a"]}"#,
            #"{"type":"safeconduct_task","actions":["a"],"purpose":null}"#,
            #"{"type":"safeconduct_task","actions":["a"],"not_after":"2030-01-01T00:00:00Z"}"#,
            #"{"type":"safeconduct_task","actions":["a"],"not_after":1.5}"#,
            #"{"type":"safeconduct_task","actions":["a"],"not_after":0}"#,
            #"{"type":"safeconduct_task","actions":["a"],"not_after":253402300800}"#,
        ]
    )
    func refused(_ text: String) { #expect(throws: WorkloadIdentityError.self) { try read(text) } }

    @Test(
        "Each member limits in its own way",
        arguments: [
            ("actions", ["read"], true), ("actions", ["read", "delete"], false), ("actions", ["Read"], false),
            ("locations", ["https://b.example"], true), ("locations", ["https://c.example"], false),
            ("locations", nil, false), ("datatypes", nil, false), ("datatypes", ["order", "card"], false),
            ("identifier", "o-2", false), ("identifier", nil, false), ("privileges", nil, true),
            ("privileges", ["export", "root"], false), ("purpose", "audit", false), ("purpose", nil, false),
            ("not_after", 1_999_999_999, true), ("not_after", 2_000_000_001, false), ("not_after", nil, false),
        ] as [(String, JSONValue?, Bool)]
    )
    func within(_ name: String, _ value: JSONValue?, _ isWithin: Bool) throws {
        var object = try #require(try JSONValue(parsing: Array(Self.full.utf8)).objectValue)
        object[name] = value
        let changed = try AuthorizationDetail(.object(object))
        let whole = try read(Self.full)
        #expect(changed.isWithin(whole) == isWithin && whole.isWithin(whole))
        if let common = changed.narrowed(to: whole) { #expect(common.isWithin(whole) && common.isWithin(changed)) }
    }

    @Test func details() throws {
        let first = #"{"type":"safeconduct_task","actions":["read"],"locations":["a"]}"#
        let second = #"{"type":"safeconduct_task","actions":["write"],"locations":["b"]}"#
        let both = try AuthorizationDetails(parameter: "[\(first),\(second)]")
        #expect(try AuthorizationDetails(parameter: "[\(second)]").isWithin(both))
        #expect(try !both.isWithin(AuthorizationDetails(parameter: "[\(second)]")))
        let wider = #"[{"type":"safeconduct_task","actions":["write","read"],"locations":["b"]}]"#
        #expect(try !AuthorizationDetails(parameter: wider).isWithin(both))
        // Neither of the two grants to write at a.
        let crossed = #"[{"type":"safeconduct_task","actions":["write"],"locations":["a"]}]"#
        #expect(try !AuthorizationDetails(parameter: crossed).isWithin(both))
        #expect(try AuthorizationDetails(both.json) == both)
        let nine = "[" + Array(repeating: first, count: 9).joined(separator: ",") + "]"
        for text in ["", "[]", "{}", first, "[\(first),1]", nine, "[\(first)", "[\(first)] x"] {
            #expect(throws: WorkloadIdentityError.self) { try AuthorizationDetails(parameter: text) }
        }
        let many = (0...64).map { "\"a\($0)\"" }.joined(separator: ",")
        #expect(throws: WorkloadIdentityError.self) {
            try AuthorizationDetails(parameter: "[{\"type\":\"safeconduct_task\",\"actions\":[\(many)]}]")
        }
    }
}
