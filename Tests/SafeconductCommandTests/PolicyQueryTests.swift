// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Cedar
import Foundation
import Testing

@testable import SafeconductCommand

@Suite("Queries over files")
struct PolicyQueryTests {
    private static let policies = """
        permit (principal in Group::"staff", action == Action::"view", resource) when { resource.open };
        permit (principal, action == Action::"edit", resource) when { resource.owner == principal };
        """
    private static let entities = """
        [
            {"uid": {"type": "User", "id": "ann"}, "attrs": {}, "parents": [{"type": "Group", "id": "staff"}]},
            {"uid": {"type": "User", "id": "bob"}, "attrs": {}, "parents": []},
            {"uid": {"type": "Doc", "id": "1"}, "attrs": {"open": true, "owner": {"__entity": {"type": "User", "id": "bob"}}},
             "parents": []},
            {"uid": {"type": "Doc", "id": "2"}, "attrs": {"open": true, "owner": {"__entity": {"type": "User", "id": "ann"}}},
             "parents": []}
        ]
        """
    private static let schema = """
        entity Group; entity User in [Group]; entity Doc { open: Bool, owner: User };
        action view, edit appliesTo { principal: User, resource: Doc };
        """

    /// Runs `body` with the options that name the files.
    private func withFiles(_ body: ([String]) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "safeconduct-query-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (name, text) in [
            ("all.cedar", Self.policies), ("all.json", Self.entities), ("all.cedarschema", Self.schema),
            ("bad.cedarschema", "entity User in [Nobody];"),
        ] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        }
        try body(["--policies", "\(folder)/all.cedar", "--entities", "\(folder)/all.json", folder])
    }

    private func find(_ files: QueryFiles, _ query: PolicyQuery) throws -> ([String], next: String?) {
        var found: [String] = []
        let next = try files.find(query) { found += $0.map(\.description) }
        return (found, next?.description)
    }

    @Test("All three kinds, with and without a schema")
    func kinds() throws {
        try withFiles { options in
            let files = Array(options.dropLast())
            for more in [[], ["--schema", "\(options[4])/all.cedarschema"]] {
                let resources = try PolicyQueryCommand.Resources.parse(
                    ["Doc", "--principal", #"User::"ann""#, "--action", #"Action::"view""#] + files + more
                )
                #expect(try find(resources.files, try resources.query()).0 == [#"Doc::"1""#, #"Doc::"2""#])
                let principals = try PolicyQueryCommand.Principals.parse(
                    ["User", "--action", #"Action::"edit""#, "--resource", #"Doc::"1""#] + files + more
                )
                #expect(try find(principals.files, try principals.query()).0 == [#"User::"bob""#])
                let actions = try PolicyQueryCommand.Actions.parse(
                    ["--principal", #"User::"ann""#, "--resource", #"Doc::"2""#] + files + more
                )
                #expect(try find(actions.files, try actions.query()).0 == [#"Action::"edit""#, #"Action::"view""#])
            }
        }
    }

    @Test("A limit ends the list and says where to go on")
    func pages() throws {
        try withFiles { options in
            let question = ["Doc", "--principal", #"User::"ann""#, "--action", #"Action::"view""#] + options.dropLast()
            let first = try PolicyQueryCommand.Resources.parse(question + ["--limit", "1"])
            let page = try find(first.files, try first.query())
            #expect(page.0 == [#"Doc::"1""#] && page.next == #"Doc::"1""#)
            let second = try PolicyQueryCommand.Resources.parse(question + ["--after", page.next ?? ""])
            let rest = try find(second.files, try second.query())
            #expect(rest.0 == [#"Doc::"2""#] && rest.next == nil)
        }
    }

    @Test(
        "Faults are told by file or option",
        arguments: [
            (["--action", "view"], "view"), (["--context", "{"], "--context"), (["--after", "x"], "'x'"),
            (["--schema", "bad.cedarschema"], "bad.cedarschema"), (["--entities", "none.json"], "none.json"),
            (["--policies", "all.json"], "all.json:1:1"),
        ]
    )
    func faults(_ wrong: [String], _ expected: String) throws {
        try withFiles { options in
            var values = ["--policies": "all.cedar", "--entities": "all.json", "--action": #"Action::"view""#]
            values[wrong[0]] = wrong[1]
            var arguments = ["Doc", "--principal", #"User::"ann""#]
            for (name, value) in values {
                let isFile = ["--policies", "--entities", "--schema"].contains(name)
                arguments += [name, isFile ? "\(options[4])/\(value)" : value]
            }
            let command = try PolicyQueryCommand.Resources.parse(arguments)
            do {
                _ = try find(command.files, try command.query())
                Issue.record("\(wrong) was taken")
            } catch let failure as CommandFailure {
                #expect(failure.message.contains(expected), "\(failure.message)")
            }
        }
    }
}
