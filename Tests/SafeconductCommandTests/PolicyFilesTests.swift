// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Cedar
import Foundation
import Safeconduct
import StrictJSON
import Testing
import TrustModel

@testable import SafeconductCommand

/// What `policy fmt`, `policy explain` and `policy diff` do with files.
@Suite("Policies in files")
struct PolicyFilesTests {
    /// Runs `body` in a folder with these files.
    private func withFiles(_ files: [String: String], _ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "safeconduct-files-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (name, text) in files { try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)")) }
        try body(folder)
    }

    private func text(_ path: String) throws -> String { try String(contentsOf: URL(filePath: path), encoding: .utf8) }

    // MARK: reading

    @Test("What is called a policy and is no file is told, not waited for", .timeLimit(.minutes(5)))
    func irregular() throws {
        try withFiles(["a.cedar": Self.straight]) { folder throws in
            let manager = FileManager.default
            try manager.createSymbolicLink(atPath: folder + "/l.cedar", withDestinationPath: "a.cedar")
            #expect(try PolicyFiles.read([folder]).map(\.name) == ["a", "l"].map { "\(folder)/\($0).cedar" })
            func refused(_ name: String) {
                let failure = #expect(throws: CommandFailure.self) { try PolicyFiles.read([folder]) }
                #expect(failure?.message.contains(name) == true, "\(failure?.message ?? "")")
                try? manager.removeItem(atPath: "\(folder)/\(name)")
            }
            #expect(mkfifo(folder + "/pipe.cedar", 0o600) == 0)
            refused("pipe.cedar")
            try manager.createSymbolicLink(atPath: folder + "/gone.cedar", withDestinationPath: "nowhere")
            refused("gone.cedar")
            try manager.createDirectory(atPath: folder + "/sub.cedar", withIntermediateDirectories: false)
            refused("sub.cedar")
            try Data("cases: []".utf8).write(to: URL(filePath: folder + "/a.policytest.yml"))
            refused("a.policytest.yml")
            #expect(try PolicyFiles.read([folder]).count == 2)
        }
    }

    @Test("A pipe that is named is read once somebody writes to it", .timeLimit(.minutes(5)))
    func pipes() throws {
        try withFiles([:]) { folder throws in
            let path = folder + "/pipe"
            try #require(mkfifo(path, 0o600) == 0)
            let writer = Thread {
                Thread.sleep(forTimeInterval: 0.2)
                if let handle = FileHandle(forWritingAtPath: path) {
                    handle.write(Data("one ".utf8))
                    Thread.sleep(forTimeInterval: 0.2)
                    handle.write(Data("two".utf8))
                    try? handle.close()
                }
            }
            writer.start()
            let bytes = try InputFile.bytes(path, maximumBytes: 100)
            #expect(String(decoding: bytes, as: UTF8.self) == "one two")
        }
    }

    @Test("Names of tests can't make results for continuous integration ill-formed")
    func junit() throws {
        let name = #""a\uFFFE\uFFFF\x85<&\">""#
        let test = "cases:\n  - { name: \(name), resource: a/b, expect: deny, reason: \"\\uFFFE\" }"
        let check = PolicyCheck(
            [
                TrustModel.PolicySet.File(name: "a.cedar", text: Self.plain),
                TrustModel.PolicySet.File(name: "a.policytest.yaml", text: test),
            ],
            realm: .calls
        )
        let text = JUnitText.of(check.tests)
        #expect(text.contains("a\\u{FFFE}\\u{FFFF}\\u{85}&lt;&amp;&quot;&gt;"), "\(text)")
        #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || (0x20...0xFFFD).contains($0.value) })
    }

    private static let plain = "permit (principal is Identity, action, resource);"

    // MARK: fmt

    private static let crooked = "// why\npermit(principal,action,resource)when{context.x}; // so\n"
    private static let straight = "// why\npermit (principal, action, resource)\nwhen { context.x }; // so\n"

    @Test("What is laid out keeps its comments, its mode and its links, and is not laid out again")
    func writes() throws {
        try withFiles(["a.cedar": Self.crooked, "b.cedar": Self.straight, "c.txt": "no Cedar"]) { folder throws in
            let manager = FileManager.default
            try manager.setAttributes([.posixPermissions: 0o640], ofItemAtPath: folder + "/a.cedar")
            try manager.createSymbolicLink(atPath: folder + "/l.cedar", withDestinationPath: "a.cedar")
            let untouched = try manager.attributesOfItem(atPath: folder + "/b.cedar")[.systemFileNumber] as? Int
            let command = try PolicyFormatCommand.parse(["-w", "-q", folder + "/l.cedar", folder + "/b.cedar"])
            #expect(try command.layOut().map(\.isChanged) == [true, false])
            try command.run()
            #expect(try text(folder + "/a.cedar") == Self.straight)
            #expect(try manager.destinationOfSymbolicLink(atPath: folder + "/l.cedar") == "a.cedar")
            #expect(try manager.attributesOfItem(atPath: folder + "/a.cedar")[.posixPermissions] as? Int == 0o640)
            #expect(try manager.attributesOfItem(atPath: folder + "/b.cedar")[.systemFileNumber] as? Int == untouched)
            let all = try PolicyFormatCommand.parse(["--check", "-q", folder])
            #expect(try all.layOut().map(\.path) == ["a", "b", "l"].map { "\(folder)/\($0).cedar" })
            try all.run()
            #expect(
                try manager.contentsOfDirectory(atPath: folder).sorted() == ["a.cedar", "b.cedar", "c.txt", "l.cedar"]
            )
        }
    }

    @Test("A check of what would change ends with 1 and changes nothing")
    func checks() throws {
        try withFiles(["a.cedar": Self.crooked]) { folder throws in
            let command = try PolicyFormatCommand.parse(["--check", "-q", folder])
            #expect(throws: ExitCode(1)) { try command.run() }
            #expect(try text(folder + "/a.cedar") == Self.crooked)
        }
    }

    @Test("One file that is no Cedar: all faults are told by place, and no file is touched")
    func faults() throws {
        let files = [
            "a.cedar": Self.crooked, "b.cedar": "\n permit (", "c.cedar": "forbid (principal, action, resource) x",
        ]
        try withFiles(files) { folder throws in
            let failure = try #require(throws: CommandFailure.self) {
                try PolicyFormatCommand.parse(["--write", "-q", folder]).run()
            }
            #expect(failure.status == .error && failure.message.hasPrefix("\(folder)/b.cedar:2:10: "))
            #expect(failure.hints.count == 1 && failure.hints[0].hasPrefix("\(folder)/c.cedar:1:38: "))
            for (name, content) in files { #expect(try text("\(folder)/\(name)") == content) }
        }
    }

    @Test(
        "What is not laid out is said so",
        arguments: [
            ("a.cedarschema", "entity User;", "comments would be lost"), ("a.policytest.yaml", "cases: []", "comments"),
            ("none.cedar", nil, "cannot be read"), ("bad.cedar", "\u{0}", "1:1"),
        ] as [(String, String?, String)]
    )
    func refuses(name: String, content: String?, expected: String) throws {
        try withFiles(content.map { [name: $0] } ?? [:]) { folder throws in
            let failure = try #require(throws: CommandFailure.self) {
                try PolicyFormatCommand.parse(["-w", "\(folder)/\(name)"]).run()
            }
            #expect(failure.message.contains(expected), "\(failure.message)")
        }
        try withFiles([:]) { folder throws in
            #expect(throws: CommandFailure.self) { try PolicyFormatCommand.parse([folder]).run() }
            #expect(throws: CommandFailure.self) { try ReplacedFile.replace(folder, []) }
        }
    }

    @Test(
        "Words that contradict each other are no command",
        arguments: [
            ["--write", "--check", "a"], ["--write", "-"], ["--width", "5", "a"], ["--indent", "0", "a"], [],
        ]
    )
    func contradictions(arguments: [String]) {
        #expect(throws: (any Error).self) { try PolicyFormatCommand.parse(arguments) }
    }

    // MARK: explain

    private static let policies = """
        @id("view") permit (principal, action == Action::"view", resource) when { resource.open };
        @id("twice") forbid (principal == User::"eve", action, resource);
        @id("twice") forbid (principal == User::"mallory", action, resource);
        """
    private static let entities = """
        [{"uid": {"type": "User", "id": "ann"}, "attrs": {}, "parents": []},
         {"uid": {"type": "Doc", "id": "1"}, "attrs": {"open": true}, "parents": []},
         {"uid": {"type": "Doc", "id": "2"}, "attrs": {"open": false}, "parents": []}]
        """
    private static let schema = """
        entity User; entity Doc { open: Bool };
        action view appliesTo { principal: User, resource: Doc, context: { at?: datetime } };
        """
    private static func request(_ doc: String, context: String = "{}", action: String = "view") -> String {
        """
        {"principal": {"type": "User", "id": "ann"}, "action": {"type": "Action", "id": "\(action)"},
         "resource": {"type": "Doc", "id": "\(doc)"}, "context": \(context)}
        """
    }

    private func explaining(_ more: [String], _ body: (PolicyExplainCommand, String) throws -> Void) throws {
        let files = [
            "p.cedar": Self.policies, "e.json": Self.entities, "s.cedarschema": Self.schema,
            "2.json": Self.request("2"), "at.json": Self.request("1", context: #"{"at": "2026-11-01"}"#),
            "edit.json": Self.request("1", action: "edit"),
        ]
        try withFiles(files) { folder throws in
            let words = ["--policies", "\(folder)/p.cedar", "--entities", "\(folder)/e.json"]
            let placed = more.map { $0.replacing("@", with: folder + "/") }
            try body(try PolicyExplainCommand.parse(words + placed), folder)
        }
    }

    @Test("A request of a file and one of options are explained alike")
    func explains() throws {
        let words = [
            ["--request", "@2.json"],
            ["--principal", #"User::"ann""#, "--action", #"Action::"view""#, "--resource", #"Doc::"2""#],
            ["--schema", "@s.cedarschema", "--request", "@2.json"],
        ]
        for more in words {
            try explaining(more) { command, _ throws in
                let explanation = try command.explain()
                #expect(explanation.response.decision == .deny)
                #expect(explanation.nearest.map(\.policy.id) == ["view"])
                #expect(explanation.text.contains("It would be allowed if resource.open were true."))
                // An id that two have is no name.
                #expect(try command.files.readPolicies().policies.map(\.id) == ["view", "policy1", "policy2"])
            }
        }
        // The schema says that the text is a time.
        try explaining(["--schema", "@s.cedarschema", "--request", "@at.json"]) { command, _ throws in
            #expect(try command.explain().response.decision == .allow)
        }
    }

    @Test(
        "What is wrong with a request is told with its place",
        arguments: [
            (["--request", "@p.cedar"], "p.cedar:1:1"), (["--request", "@e.json"], "e.json:"),
            (["--request", "@none.json"], "none.json"),
            (["--schema", "@s.cedarschema", "--request", "@edit.json"], "edit.json:"),
            (["--principal", "ann", "--action", #"Action::"view""#, "--resource", #"Doc::"2""#], "'ann' is no entity"),
        ]
    )
    func wrongRequests(more: [String], expected: String) throws {
        try explaining(more) { command, _ throws in
            let failure = try #require(throws: CommandFailure.self) { try command.explain() }
            #expect(failure.message.contains(expected), "\(failure.message)")
        }
    }

    @Test(
        "A request is said once and wholly",
        arguments: [
            [], ["--principal", #"User::"a""#], ["--request", "r", "--context", "{}"],
            ["--request", "r", "--action", "a"],
        ]
    )
    func halfRequests(more: [String]) {
        #expect(throws: (any Error).self) {
            try PolicyExplainCommand.parse(["--policies", "p", "--entities", "e"] + more)
        }
    }

    // MARK: diff

    private func difference(_ old: [(String, String)], _ new: [(String, String)], _ requests: [String]) throws
        -> SampleDifference
    {
        let sample = SampleDifference.Sample(
            requests: try requests.map { try AuthorizationRequest(json: try JSONValue(parsing: $0)) },
            entities: try EntityStore(parsing: Array(Self.entities.utf8))
        )
        return try SampleDifference(
            from: old.map { TrustModel.PolicySet.File(name: $0, text: $1) },
            to: new.map { TrustModel.PolicySet.File(name: $0, text: $1) },
            sample
        )
    }

    @Test("The requests of a sample that are answered otherwise, and the policies that differ")
    func differs() throws {
        let new = Self.policies.replacing("when { resource.open }", with: "when { resource.closed }")
        func once(_ text: String) -> String { text.replacing("twice", with: "once", maxReplacements: 1) }
        let difference = try difference(
            [("old.cedar", "// c\n" + once(Self.policies))],
            [("new.cedar", once(new))],
            [Self.request("1"), Self.request("2"), Self.request("1", action: "edit")]
        )
        let json = difference.json
        #expect(json["requests"] == 3 && json["decisions_changed"] == 1)
        #expect(json["policies"]?.arrayValue?.map { $0["policy"] } == ["view"])
        #expect(
            json["policies"]?.arrayValue?.first?["change"] == "changed"
                && json["policies"]?.arrayValue?.first?["extent"] == "meaning"
        )
        let answers = json["answers"]?.arrayValue ?? []
        #expect(answers.map { $0["request"] } == [0, 1])
        #expect(answers.first?["before"] == "allow" && answers.first?["after"] == "deny")
        #expect(answers.first?["reason_before"] == ["view"] && answers.first?["errors_after"] == ["view"])
        #expect(difference.text.contains("2 of 3 requests are answered otherwise, 1 of them with another decision"))
        #expect(difference.text.contains("allow -> deny") && difference.text.contains("no policy (failed: view)"))
    }

    @Test("Sets that are only laid out otherwise answer alike")
    func sameMeaning() throws {
        let policies = "permit (principal, action, resource) when { resource.open };"
        let difference = try difference(
            [("a.cedar", policies)],
            [("b.cedar", try PolicyFormatter.format(policies, width: 20))],
            [Self.request("1")]
        )
        #expect(
            difference.json["answers"] == [] && difference.json["policies"]?.arrayValue?.first?["extent"] == "layout"
        )
        #expect(difference.text.contains("changed policy0 (only its layout)"))
    }

    @Test("What is no Cedar, or has one id twice, is told")
    func noSets() throws {
        let bad = #expect(throws: CommandFailure.self) {
            try difference([("a.cedar", "permit")], [("a.cedar", "")], [])
        }
        #expect(bad?.message.hasPrefix("a.cedar:1:7: ") == true)
        #expect(throws: CommandFailure.self) { try difference([("a.cedar", Self.policies)], [("a.cedar", "")], []) }
    }

    @Test("A sample is an array, or the requests of an object; a request that is none is named")
    func samples() throws {
        let one = Self.request("1")
        let files = [
            "a.json": "[\(one)]", "o.json": #"{"requests": [\#(one), \#(one)]}"#, "n.json": "{}",
            "b.json": "[\(one), 1]",
        ]
        try withFiles(files) { folder throws in
            #expect(try CedarFiles.requests(at: folder + "/a.json", nil).count == 1)
            #expect(try CedarFiles.requests(at: folder + "/o.json", nil).count == 2)
            for (name, expected) in [("n.json", "an array of requests"), ("b.json", "/1: ")] {
                let failure = #expect(throws: CommandFailure.self) {
                    try CedarFiles.requests(at: "\(folder)/\(name)", nil)
                }
                #expect(failure?.message.contains(expected) == true, "\(failure?.message ?? "")")
            }
        }
        #expect(throws: (any Error).self) { try PolicyDiffCommand.parse(["a", "b", "--entities", "e"]) }
    }
}
