// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Safeconduct
import StrictJSON
import TrustModel

/// `safeconduct policy check`.
struct PolicyCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract:
            "Say what is wrong with policies, and what is odd: all that an activation asks for. No server is asked.",
        discussion: """
            Exit code 1 when an activation would be refused; with --strict also for warnings. A warning that is meant is \
            said to be with @lint("allow: over_broad") on its policy.

            Examples:
              safeconduct policy check policies/
              safeconduct policy check roles/ --realm commands
            """
    )

    @OptionGroup(title: "Output") var output: OutputOptions

    @Argument(help: "Files, or directories with *.cedar, *.cedarschema and *.policytest.yaml files.")
    var paths: [String]

    @Option(help: "What they decide about: calls, or commands of operators.")
    var realm = PolicyRealm.calls

    @Flag(help: "Warnings count as errors.")
    var strict = false

    func run() throws {
        let files = try PolicyFiles.read(paths, isParsed: false).map(\.stored)
        let check = PolicyCheck(files, realm: realm.stored)
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("findings")
        writer.beginArray()
        for finding in check.findings { finding.render(to: &writer) }
        writer.endArray()
        writer.key("tests")
        check.tests.render(to: &writer)
        writer.endObject()
        if output.format == .table {
            let lines =
                check.findings.map { "\($0.severity.rawValue): \($0.description) [\($0.code)]" }
                + check.tests.failed.map { PolicyTestText.failure($0) }
            if !lines.isEmpty { try Console.data(lines.map { Printable.text($0) + "\n" }.joined()) }
        } else {
            try output.print(try JSONValue(parsing: writer.bytes), table: RecordTable.of)
        }
        let failed = check.tests.failed.count
        output.talk(
            "\(check.policyCount) policies in \(files.count) files: \(check.errors.count) errors, "
                + "\(check.warnings.count) warnings, \(check.tests.cases.count - failed) tests passed, \(failed) failed."
        )
        if !check.isSound || (strict && !check.warnings.isEmpty) { throw ExitCode(ExitStatus.error.rawValue) }
    }
}
