// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Safeconduct
import StrictJSON
import TrustModel

/// `safeconduct policy test`.
struct PolicyTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Run the tests of policies, as every activation does. No server is asked.",
        discussion: """
            Exit code 3 when a test fails, 1 when there is something that can't be tested.

            Examples:
              safeconduct policy test policies/
              safeconduct policy test policies/ --junit results.xml
            """
    )

    @OptionGroup(title: "Output") var output: OutputOptions

    @Argument(help: "Files, or directories with *.cedar, *.cedarschema and *.policytest.yaml files.")
    var paths: [String]

    @Option(help: "A file for the results as JUnit XML.")
    var junit: String?

    @Flag(help: "Show the tests that passed, too.")
    var all = false

    func run() throws {
        let files = try PolicyFiles.read(paths).map(\.stored)
        guard files.contains(where: { $0.content == .tests }) else {
            throw CommandFailure(.error, "there are no tests here: no file ends in .policytest.yaml")
        }
        let check = PolicyCheck(files, realm: .calls)
        let report = check.tests
        // Nothing was tested where the policies do not compile.
        if report.cases.isEmpty, let error = check.errors.first {
            throw CommandFailure(
                .error,
                Printable.text(error.description),
                hints: check.errors.dropFirst().map { Printable.text($0.description) }
            )
        }
        if let junit {
            do { try Data(JUnitText.of(report).utf8).write(to: URL(filePath: junit)) } catch {
                throw CommandFailure(.error, "\(junit): the file cannot be written")
            }
        }
        if output.format == .table {
            let shown = all ? report.cases : report.failed
            let lines = shown.map { $0.passed ? "ok \($0.file):\($0.line): \($0.name)" : PolicyTestText.failure($0) }
            if !lines.isEmpty { try Console.data(lines.map { Printable.text($0) + "\n" }.joined()) }
        } else {
            var writer = JSONWriter()
            report.render(to: &writer)
            try output.print(try JSONValue(parsing: writer.bytes), table: RecordTable.of)
        }
        for policy in report.untested {
            output.talk(Printable.text("no test has an answer in which '\(policy)' has a say"))
        }
        output.talk("\(report.cases.count - report.failed.count) passed, \(report.failed.count) failed.")
        if !report.failed.isEmpty { throw ExitCode(ExitStatus.denied.rawValue) }
    }
}

/// Tests as people read them.
enum PolicyTestText {
    /// A test that failed, on one line.
    static func failure(_ test: PolicyTestReport.Case) -> String {
        "failed \(test.file):\(test.line): \(test.name): \(test.faults.joined(separator: "; "))"
    }
}

/// Tests as continuous integration reads them.
enum JUnitText {
    /// One suite for each file.
    static func of(_ report: PolicyTestReport) -> String {
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        text += "<testsuites tests=\"\(report.cases.count)\" failures=\"\(report.failed.count)\">\n"
        var files: [String] = []
        for test in report.cases where !files.contains(where: { sameBytes($0, test.file) }) { files.append(test.file) }
        for file in files {
            let tests = report.cases.filter { sameBytes($0.file, file) }
            text += "  <testsuite name=\"\(escaped(file))\" tests=\"\(tests.count)\" "
            text += "failures=\"\(tests.count { !$0.passed })\">\n"
            for test in tests {
                text += "    <testcase classname=\"\(escaped(file))\" name=\"\(escaped(test.name))\""
                guard !test.passed else {
                    text += "/>\n"
                    continue
                }
                let faults = escaped(test.faults.joined(separator: "; "))
                text += "><failure message=\"\(faults)\">\(escaped("\(file):\(test.line)"))</failure></testcase>\n"
            }
            text += "  </testsuite>\n"
        }
        return text + "</testsuites>\n"
    }

    private static func escaped(_ text: String) -> String {
        Printable.text(text).replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
