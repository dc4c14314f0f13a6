// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON
import Testing

@testable import SafeconductCommand

@Suite("Completions and the manual page")
struct ManualTests {
    /// Every command that does something, as its words.
    static let leaves: [String] = {
        func words(_ command: any ParsableCommand.Type, _ path: [String]) -> [[String]] {
            let subcommands = command.configuration.subcommands
            if subcommands.isEmpty { return [path] }
            return subcommands.flatMap { words($0, path + [$0.configuration.commandName ?? ""]) }
        }
        return words(RootCommand.self, ["safeconduct"]).map { $0.joined(separator: " ") }
    }()

    @Test("The page tells of every command and every setting")
    func complete() throws {
        let limits = JSONLimits(maximumBytes: 16 << 20, maximumDepth: 64, maximumValues: 1 << 20)
        let page = ManualPage.text(try JSONValue(parsing: Array(RootCommand._dumpHelp().utf8), limits: limits))
        #expect(Self.leaves.count > 30)
        for command in Self.leaves { #expect(page.contains(".SS \(ManualPage.escaped(command))\n"), "\(command)") }
        for key in SettingKey.all { #expect(page.contains("SAFECONDUCT_\(key.variable)\n")) }
        // Every line is text or a macro that is meant.
        let macros: Set = [".TH", ".SH", ".SS", ".TP", ".B", ".I", ".PP", ".nf", ".fi", ".nh"]
        for line in page.split(separator: "\n") where line.hasPrefix(".") || line.hasPrefix("'") {
            #expect(macros.contains(String(line.prefix { $0 != " " })), "\(line)")
        }
    }

    @Test(
        "Nothing in a text is taken for a macro",
        arguments: [
            ("a-b", #"a\-b"#), (".SH x", #"\&.SH x"#), ("'x", #"\&'x"#), (#"a\b"#, #"a\eb"#), ("a\n.b", "a\n\\&.b"),
        ]
    )
    func escaped(text: String, roff: String) { #expect(ManualPage.escaped(text) == roff) }

    @Test("Every shell completes every command", arguments: CompletionsCommand.Shell.allCases)
    func completions(shell: CompletionsCommand.Shell) {
        let script = RootCommand.completionScript(for: shell.completion)
        for command in Self.leaves {
            for word in command.split(separator: " ") { #expect(script.contains(word), "\(shell): \(word)") }
        }
    }
}
