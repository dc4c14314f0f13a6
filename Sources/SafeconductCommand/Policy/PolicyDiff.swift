// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Safeconduct
import StrictJSON
import TrustModel

/// `safeconduct policy diff`.
struct PolicyDiff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Say in which policies two sets differ, and which tests of either they answer otherwise.",
        discussion: """
            A set is 'active', the id of one in the log, or a file or directory. 'policy simulate' asks stored decisions \
            instead of tests.

            Examples:
              safeconduct policy diff active policies/
              safeconduct policy diff old/ new/            asks no server
              safeconduct policy diff POLICY active
            """
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Argument(help: "What it was.")
    var first: String

    @Argument(help: "What it becomes.")
    var second: String

    func run() async throws {
        let before = try await files(first)
        let after = try await files(second)
        let difference: PolicyDifference
        do throws(PolicyRefusal) { difference = try PolicyDifference(from: before, to: after) } catch {
            throw CommandFailure(.error, Printable.text(error.description))
        }
        guard output.format == .table else { return try output.print(Self.json(difference), table: RecordTable.of) }
        try Console.data(PolicyDifferenceText(difference).text)
    }

    private func files(_ reference: String) async throws -> [TrustModel.PolicySet.File] {
        let path: String
        if reference == "active", !InputFile.exists(reference) {
            path = "/v1/policies/active"
        } else if PolicyStepText.isID(reference) {
            path = Noun.policySets.path(of: reference)
        } else {
            return try PolicyFiles.read([reference]).map(\.stored)
        }
        let set = try await connection.withClient { client in try await client.get(path).accepted().json() }
        return (set["files"]?.arrayValue ?? []).map { file in
            TrustModel.PolicySet.File(name: file["name"]?.stringValue ?? "", text: file["text"]?.stringValue ?? "")
        }
    }

    private static func json(_ difference: PolicyDifference) -> JSONValue {
        let policies = difference.policies.map { policy -> JSONValue in
            var object = JSONObject([("policy", .string(policy.id)), ("change", .string(policy.kind.rawValue))])
            if let before = policy.before { object["before"] = .string(before) }
            if let after = policy.after { object["after"] = .string(after) }
            return .object(object)
        }
        let answers = difference.answers.map { answer -> JSONValue in
            [
                "file": .string(answer.file), "test": .string(answer.name), "before": .string(answer.before.rawValue),
                "after": .string(answer.after.rawValue), "reason_before": .string(answer.reasonBefore),
                "reason_after": .string(answer.reasonAfter),
            ]
        }
        func list(_ ids: [String]) -> JSONValue { .array(ids.map { .string($0) }) }
        return [
            "policies": .array(policies), "answers": .array(answers), "tests": .integer(Int64(difference.asked)),
            "forbids_weakened": list(difference.change.forbidsWeakened),
            "forbids_removed": list(difference.change.forbidsRemoved),
            "forbids_changed": list(difference.change.forbidsChanged),
        ]
    }
}

/// A difference as people read it.
struct PolicyDifferenceText {
    private let difference: PolicyDifference

    init(_ difference: PolicyDifference) { self.difference = difference }

    /// The policies with their lines, then the answers.
    var text: String {
        var text = difference.policies.isEmpty ? "no policy differs\n" : ""
        for policy in difference.policies {
            text += "\(policy.kind.rawValue) \(Printable.text(policy.id))\n" + Self.lines(policy.before, policy.after)
        }
        if !difference.change.forbidsWeakened.isEmpty {
            let names = difference.change.forbidsWeakened.map { Printable.text($0) }.joined(separator: ", ")
            text += "\nforbids that go into shadow mode: \(names)\n"
        }
        text += "\n\(difference.answers.count) of \(difference.asked) tests are answered otherwise\n"
        let rows = difference.answers.map { answer in
            [
                "  \(answer.before.rawValue) -> \(answer.after.rawValue)", answer.file, answer.name,
                "\(answer.reasonBefore) -> \(answer.reasonAfter)",
            ]
        }
        return text + Table(rows: rows).text(bold: false)
    }

    /// Both texts line by line, what both have without a sign.
    private static func lines(_ before: String?, _ after: String?) -> String {
        func split(_ text: String?) -> [String] {
            (text ?? "").split(separator: "\n").map { Printable.text(String($0).replacing("\t", with: "    ")) }
        }
        let (old, new) = (split(before), split(after))
        let change = new.difference(from: old)
        let removed = Set(change.removals.map { if case .remove(let offset, _, _) = $0 { offset } else { -1 } })
        let inserted = Set(change.insertions.map { if case .insert(let offset, _, _) = $0 { offset } else { -1 } })
        var text = ""
        var (left, right) = (0, 0)
        while left < old.count || right < new.count {
            if left < old.count, removed.contains(left) {
                text += "  - \(old[left])\n"
                left += 1
            } else if right < new.count, inserted.contains(right) {
                text += "  + \(new[right])\n"
                right += 1
            } else {
                if left < old.count { text += "    \(old[left])\n" }
                left += 1
                right += 1
            }
        }
        return text
    }
}
