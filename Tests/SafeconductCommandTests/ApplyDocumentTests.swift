// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON
import StrictYAML
import Testing
import TrustModel

@testable import SafeconductCommand

@Suite("What apply reads")
struct ApplyDocumentTests {
    static let custody = "owner: team\npurpose: testing\nboundary: shop\nexpires_at: 2030-01-01T00:00:00Z\n"

    static func documents(_ text: String) throws -> [ApplyDocument] {
        try YAMLReader.documents(Array(text.utf8)).map { try ApplyDocument($0, file: "f.yaml") }
    }

    static func check(_ text: String) throws {
        for document in try documents(text) { try ObjectDraft.check(document) }
    }

    @Test("Documents are applied in the order of what they refer to")
    func order() throws {
        let kinds = ["PolicySet", "EnforcementPoint", "Identity", "Api", "Issuer", "Operator", "Identity"]
        let text = kinds.enumerated().map { "kind: \($1)\nname: n\($0)\nfiles: []\n" }.joined(separator: "---\n")
        let documents = try ApplyDocument.inOrder(Self.documents(text))
        #expect(
            documents.map(\.kind) == [
                .operator, .issuer, .identity, .identity, .api, .enforcementPoint, .policySet,
            ]
        )
        #expect(documents.map(\.name) == ["n5", "n4", "n2", "n6", "n3", "n1", "n0"])
    }

    @Test("An object's own kind is called type; a team owns itself")
    func objects() throws {
        let documents = try Self.documents(
            "kind: Operator\nname: team\ntype: team\n---\nkind: Identity\nname: a\ntype: ci\n"
        )
        #expect(documents[0].object == JSONObject([("name", "team"), ("kind", "team"), ("owner", "team")]))
        #expect(documents[1].object == JSONObject([("name", "a"), ("kind", "ci")]))
    }

    @Test(
        "A mistake names the file, the line, the document and the pointer",
        arguments: [
            ("kind: Identty\nname: a\n", "f.yaml:1:1: document 1:", "'Identity'"),
            ("kind: identity\nname: a\n", "f.yaml:1:1: document 1:", "'Identity'"),
            ("name: a\n", "f.yaml:1:1: document 1:", "'kind' is required"),
            ("kind: Api\n", "f.yaml:1:1: document 1:", "'name' is required"),
            ("kind: Api\nname: A B\n", "f.yaml:2:1: document 1:", "(/name)"),
            ("- a\n", "f.yaml:1:1: document 1:", "mapping"),
            (
                "kind: Identity\nname: a\ntype: ci\npurpos: x\n" + custody, "f.yaml:4:1: document 1:",
                "did you mean 'purpose'? (/purpos)"
            ),
            ("kind: Identity\nname: a\npurpos: x\n", "f.yaml:3:1: document 1:", "did you mean 'purpose'? (/purpos)"),
            ("kind: Identity\nname: a\n" + custody, "f.yaml:1:1: document 1:", "'type' is required (/type)"),
            ("kind: Identity\nname: a\ntype: cy\n" + custody, "f.yaml:3:1: document 1:", "(/type)"),
            ("kind: Identity\nname: a\ntype: ci\nowner: x\n", "f.yaml:1:1: document 1:", "'purpose' is required"),
            (
                "---\n---\nkind: Identity\nname: a\ntype: ci\nlabels: [a, B]\n" + custody, "f.yaml:6:13: document 2:",
                "(/labels/1)"
            ),
            (
                "kind: Api\nname: a\n" + custody + "operations:\n  - {name: l, method: get, path: /x}\n",
                "f.yaml:8:15: document 1:", "(/operations/0/method)"
            ),
            (
                "kind: Identity\nname: a\ntype: ci\nowner: t\npurpose: p\nboundary: b\nexpires_in: 5y\n",
                "f.yaml:7:1: document 1:", "90d"
            ),
            ("kind: PolicySet\nfiles:\n  - {name: a, text: permit}\n", "f.yaml:3:5: document 1:", "(/files/0)"),
        ]
    )
    func mistakes(text: String, place: String, words: String) {
        let failure = #expect(throws: CommandFailure.self) { try Self.check(text) }
        #expect(failure?.message.hasPrefix(place) == true, "\(failure?.message ?? "")")
        #expect(failure?.message.contains(words) == true, "\(failure?.message ?? "")")
    }

    @Test("Every kind's sample is complete, so that a misspelt member is always found", arguments: ApplyKind.allCases)
    func samples(kind: ApplyKind) throws {
        let text = "kind: \(kind.rawValue)\nname: a\nzzz: 1\n" + (kind == .policySet ? "files: []\n" : "")
        let failure = #expect(throws: CommandFailure.self) { try Self.check(text) }
        #expect(
            failure?.message.contains(kind == .policySet ? "(/files)" : "(/zzz)") == true,
            "\(failure?.message ?? "")"
        )
    }

    @Test("One object stands once, and one policy set")
    func twice() throws {
        let twice = "kind: Api\nname: a\n---\nkind: Api\nname: a\n"
        let failure = #expect(throws: CommandFailure.self) { try ApplyDocument.inOrder(Self.documents(twice)) }
        #expect(failure?.message == "f.yaml:4:1: document 2: Api/a stands in f.yaml:1 already")
        #expect(throws: CommandFailure.self) {
            try ApplyDocument.inOrder(
                Self.documents("kind: PolicySet\nname: a\n---\nkind: PolicySet\nname: b\n")
            )
        }
    }

    @Test("A policy set's files are read beside the YAML, and must be Cedar")
    func policies() throws {
        let directory = NSTemporaryDirectory() + "apply-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try FileManager.default.createDirectory(
            atPath: directory + "/policies",
            withIntermediateDirectories: true
        )
        let write = { (name: String, text: String) in
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(directory)/\(name)"))
        }
        try write("policies/b.cedar", "permit (principal, action, resource);")
        try write("policies/a.cedar", "forbid (principal, action, resource);")
        try write("all.yaml", "kind: PolicySet\nfiles: [policies]\n")
        let document = try #require(try ApplyFiles.read([directory + "/all.yaml"]).first)
        #expect(PolicyDocument.files(of: document).map(\.name) == ["policies/a.cedar", "policies/b.cedar"])
        try ObjectDraft.check(document)
        #expect(try ApplyFiles.read([directory]).count == 1)

        try write("policies/b.cedar", "permit (principal,\n  action resource);")
        let failure = #expect(throws: CommandFailure.self) { try ApplyFiles.read([directory]) }
        #expect(failure?.message.contains("all.yaml:2:9: document 1:") == true, "\(failure?.message ?? "")")
        #expect(failure?.message.contains("policies/b.cedar:2:") == true, "\(failure?.message ?? "")")
        try write("all.yaml", "kind: PolicySet\nfiles: [absent.cedar]\n")
        #expect(throws: CommandFailure.self) { try ApplyFiles.read([directory]) }
    }

    @Test("A draft is what the server will read: names become ids, defaults are filled in")
    func draft() throws {
        let team = ObjectID(kind: .operator, high: 1, low: 2)
        let document = try #require(
            try Self.documents("kind: Identity\nname: a\ntype: ci\nlabels: [b, a]\n" + Self.custody).first
        )
        let members = try ObjectDraft.members(document, DraftReferences(known: [.operator: ["team": team]]))
        #expect(members["owner"] == .string(team.description))
        #expect(members["expires_at"] == "2030-01-01T00:00:00.000Z")
        #expect(members["labels"] == ["a", "b"])
        #expect(members["federation"] == [])
        let failure = #expect(throws: CommandFailure.self) {
            try ObjectDraft.members(document, DraftReferences(known: [:]))
        }
        #expect(failure?.message.contains("no operator has this name or id (/owner)") == true)
    }
}
