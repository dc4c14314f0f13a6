// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing

@testable import TrustModel

struct EntryTests {
    private static let head = #""at":"2026-11-21T07:40:00.000Z","by":"\#(Sample.owner)","body":"#

    private func error(_ text: String) -> FoldError.Code? {
        do {
            _ = try Entry(stored: Array(text.utf8))
            return nil
        } catch {
            return error.code
        }
    }

    /// The exact bytes of every kind. A kind never changes its meaning: whoever has to change a row here has broken logs.
    @Test(arguments: [
        ("log.open", #"{"origin":"a.example/control","verifying_key":"k+1+AA","generation":1}"#),
        ("node.put", Sample.node), ("operator.put", Sample.operator), ("identity.put", Sample.identity()),
        ("api.put", Sample.api()), ("issuer.put", Sample.issuer), ("pep.put", Sample.enforcementPoint),
        ("back_end.put", Sample.backEnd),
        ("credential.put", Sample.credential), ("policy.activate", Sample.policySet), ("cut", Sample.cut),
        ("policy.put", #"{"set":\#(Sample.policySet)}"#),
        ("policy.put", #"{"set":\#(Sample.policySet),"validated":true}"#),
        ("policy.enforce", #"{"id":"\#(Sample.id(.policySet, 7))"}"#),
        ("policy.rollback", #"{"id":"\#(Sample.id(.policySet, 7))"\#(Sample.sealed)}"#),
        ("policy.shadow", #"{"id":"\#(Sample.id(.policySet, 7))"}"#),
        ("policy.retire", #"{"id":"\#(Sample.id(.policySet, 7))"}"#),
        ("hold.place", Sample.hold), ("operator.retire", #"{"id":"\#(Sample.owner)"}"#),
        ("identity.retire", #"{"id":"\#(Sample.id(.identity, 1))"}"#),
        ("api.retire", #"{"id":"\#(Sample.id(.api, 1))"}"#),
        ("issuer.retire", #"{"id":"\#(Sample.id(.issuer, 1))"}"#),
        ("pep.retire", #"{"id":"\#(Sample.id(.enforcementPoint, 1))"}"#),
        ("hold.lift", #"{"hold":"\#(Sample.id(.hold, 9))","cut":"\#(Sample.id(.cut, 10))"}"#),
        ("hold.lift", #"{"hold":"\#(Sample.id(.hold, 9))","cut":"\#(Sample.id(.cut, 10))"\#(Sample.sealed)}"#),
        ("state.digest", #"{"digest":"\#(Sample.fingerprint)"}"#),
        ("evidence.anchor", #"{"origin":"a.example/evidence-1-202611","size":17,"root":"AAAA"}"#),
    ])
    func storedForm(kind: String, body: String) throws {
        let text = #"{"v":1,"kind":"\#(kind)",\#(Self.head)\#(body)}"#
        let entry = try Entry(stored: Array(text.utf8))
        #expect(String(decoding: entry.stored(), as: UTF8.self) == text)
        #expect(entry.body.kind == kind)
        #expect(entry.time == Sample.now && entry.by == Sample.owner)
        if let id = try JSONValue(parsing: body)["id"]?.stringValue { #expect(entry.body.subject?.description == id) }
    }

    @Test(arguments: [
        "identity.shred", "", "Cut", "cut ", "cut.retire", "credential.retire", "hold.retire", "retire", "cut\u{0}",
    ])
    func unknownKinds(kind: String) {
        let text = String(decoding: JSONValue.string(kind).serialized(), as: UTF8.self)
        #expect(error(#"{"v":1,"kind":\#(text),\#(Self.head){}}"#) == .unknownKind)
    }

    @Test(arguments: [
        "", "{}", "[]", "null", "{", #"{"v":1}"#, #"{"v":1,"kind":7,"# + head + "{}}", #"{"v":1,"# + head + "{}}",
        #"{"v":2,"kind":"cut","# + head + Sample.cut + "}", #"{"v":"1","kind":"cut","# + head + Sample.cut + "}",
        #"{"v":1,"kind":"cut","at":"yesterday","by":"\#(Sample.owner)","body":\#(Sample.cut)}"#,
        #"{"v":1,"kind":"cut","at":"2026-11-21T07:40:00.000Z","by":"me","body":\#(Sample.cut)}"#,
        #"{"v":1,"kind":"cut","# + head + "null}", #"{"v":1,"kind":"cut","# + head + Sample.hold + "}",
        #"{"v":1,"kind":"cut","# + head + Sample.cut + #","more":1}"#,
        #"{"v":1,"v":1,"kind":"cut","# + head + Sample.cut + "}",
        #"{"v":1,"kind":"cut","# + head + Sample.cut + "} x",
        #"{"v":1,"kind":"identity.retire","# + head + #"{"id":"x"}}"#,
        #"{"v":1,"kind":"identity.retire","# + head + #"{"id":"\#(Sample.owner)"}}"#,
        #"{"v":1,"kind":"log.open","# + head + #"{"origin":"a","verifying_key":"b","generation":1.0}}"#,
        #"{"v":1,"kind":"evidence.anchor","# + head + #"{"origin":"a","size":-1,"root":""}}"#,
        #"{"v":1,"kind":"hold.lift","# + head + #"{"hold":"\#(Sample.owner)","cut":"\#(Sample.owner)"}}"#,
        #"{"v":1,"kind":"cut","# + head + String(repeating: "[", count: 10_000),
    ])
    func unreadable(text: String) { #expect(error(text) == .unreadable) }

    /// Policy texts may be of any characters, each of which may take six bytes in the log; so may the files' names.
    @Test func theLongestPolicySetIsReadable() throws {
        func size(_ text: String) -> Int {
            let set = PolicySet(id: Sample.id(.policySet, 7), files: [PolicySet.File(name: "a", text: text)])
            return Entry(time: Sample.now, by: Sample.owner, body: .activatePolicies(set)).stored().count
        }
        let perByte = (size(String(repeating: "\u{1}", count: 1000)) - size("")) / 1000
        #expect(perByte == 6)
        let most = (PolicySet.longestText + PolicySet.fileLimit * 255) * perByte + PolicySet.fileLimit * 64
        #expect(most < Entry.limits.maximumBytes)
    }

    @Test func messagesQuoteNoSecrets() throws {
        let error = try #require(throws: FoldError.self) {
            try Entry(stored: Array(#"{"v":1,"kind":"cut",\#(Self.head){"id":"hunter2"}}"#.utf8))
        }
        #expect(!error.description.contains("hunter2") && error.description.contains("/body/id"))
    }
}
