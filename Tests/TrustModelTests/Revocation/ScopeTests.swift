// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TrustModel

struct ScopeTests {
    private func read(_ text: String) throws -> Scope {
        try Scope(try JSONValue(parsing: text), at: "/scope", references: StoredReferences())
    }

    @Test(arguments: Scope.Kind.allCases)
    func everyKind(kind: Scope.Kind) throws {
        let value: String =
            switch kind {
            case .all: ""
            case .credential: Sample.id(.credential, 6).description
            case .identity: Sample.id(.enforcementPoint, 5).description
            case .issuer: Sample.id(.issuer, 4).description
            case .task: Sample.id(.task, 11).description
            case .key, .delegationRoot, .participant, .agreementVersion, .workload, .trustDomain:
                "https://x.example/1"
            }
        let member = kind == .all ? "" : #","id":"\#(value)""#
        let text = #"{"kind":"\#(kind.rawValue)"\#(member)}"#
        let scope = try read(text)
        #expect(scope == Scope(kind, value))
        let hold = Hold(id: Sample.id(.hold, 1), scope: scope)
        #expect(Sample.text(hold) == #"{"id":"\#(hold.id)","scope":\#(text)}"#)
        #expect(scope.description == (kind == .all ? "all" : "\(kind.rawValue):\(value)"))
        #expect(Scope(scope.description) == scope)
    }

    /// Logs from before tasks were declared here name them by any label; nobody writes such a scope any more.
    @Test func aTaskIsCutByItsIdOnly() throws {
        var state = try Sample.state()
        #expect(try read(#"{"kind":"task","id":"batch-7"}"#) == Scope(.task, "batch-7"))
        for (number, value) in ["batch-7", Sample.id(.task, 99).description, Sample.owner.description].enumerated() {
            let cut = Cut(id: Sample.id(.cut, UInt64(50 + number)), scope: Scope(.task, value))
            #expect(state.refusal(of: .cut(cut))?.code == .notFound)
            // Such an entry of an older log is folded all the same.
            try state.apply(.cut(cut))
        }
    }

    @Test(arguments: [
        "", "identity", "identity:", "identity:checkout", "all:", "all:x", "All", "everything:x", ":x", "task:a b",
        "task:\u{E9}", "issuer:\(Sample.owner)", "credential:\(Sample.owner)", "Identity:\(Sample.owner)",
        " identity:\(Sample.owner)", "key:\(String(repeating: "k", count: 257))",
    ])
    func noTextForm(text: String) { #expect(Scope(text) == nil) }

    @Test(arguments: [
        (#"{"kind":"everything"}"#, "/scope/kind"), (#"{"kind":"all","id":"x"}"#, "/scope/id"),
        (#"{"kind":"key"}"#, "/scope/id"),
        (#"{"kind":"task","id":""}"#, "/scope/id"), (#"{"kind":"task","id":"a b"}"#, "/scope/id"),
        ("{\"kind\":\"task\",\"id\":\"\u{E9}\"}", "/scope/id"), (#"{"kind":"identity"}"#, "/scope/id"),
        (#"{"kind":"identity","id":"checkout"}"#, "/scope/id"),
        (#"{"kind":"identity","id":"\#(Sample.id(.issuer, 4))"}"#, "/scope/id"),
        (#"{"kind":"credential","id":"\#(Sample.owner)"}"#, "/scope/id"),
        (#"{"kind":"issuer","id":"\#(Sample.owner)"}"#, "/scope/id"), (#"{"kind":"all","x":1}"#, "/scope/x"),
        (#"{"kind":"key","id":"\#(String(repeating: "k", count: 257))"}"#, "/scope/id"), ("[]", "/scope"),
    ])
    func refused(text: String, pointer: String) throws {
        let error = try #require(throws: ShapeError.self) { try read(text) }
        #expect(error.pointer == pointer)
    }
}
