// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
internal import StrictJSON
internal import StrictYAML
internal import TrustModel

/// The tests of one `*.policytest.yaml` file.
struct PolicyTestFile {
    /// The most tests of one file.
    static let caseLimit = 5000

    let cases: [PolicyTestCase]

    /// Reads `{defaults?, cases}`.
    ///
    /// - Throws: ``PolicyRefusal`` with the place of what is no test.
    init(_ file: TrustModel.PolicySet.File) throws(PolicyRefusal) {
        let document: YAMLDocument
        do throws(YAMLFailure) {
            let documents = try YAMLReader.documents(Array(file.text.utf8), fractions: .numbers)
            guard let first = documents.first, documents.count == 1 else {
                throw YAMLFailure(.syntax, 1, 1, "one document with 'cases' is expected")
            }
            document = first
        } catch {
            throw PolicyRefusal(
                "test_file",
                file: file.name,
                SourcePosition(offset: 0, line: error.place.line, column: error.place.column),
                error.message
            )
        }
        do throws(ShapeError) {
            var reader = try ObjectReader(document.value)
            let defaults = PolicyTestReader.normalized(reader.optional("defaults") ?? .null)
            let elements = try reader.array("cases")
            try reader.finish()
            guard (1...Self.caseLimit).contains(elements.count) else {
                throw ShapeError(.value, "/cases", "1 to \(Self.caseLimit) tests are expected")
            }
            var cases: [PolicyTestCase] = []
            for element in elements {
                let place = document.place(of: element.pointer)
                let value = PolicyTestReader.merged(defaults, PolicyTestReader.normalized(element.value))
                let reader = PolicyTestReader(file: file.name, line: place.line, column: place.column)
                cases.append(try reader.read(value, at: element.pointer))
            }
            self.cases = cases
        } catch {
            let place = document.place(of: error.pointer)
            throw PolicyRefusal(
                "test_file",
                file: file.name,
                SourcePosition(offset: 0, line: place.line, column: place.column),
                Self.message(error)
            )
        }
    }

    /// Names the member that nobody knows.
    private static func message(_ error: ShapeError) -> String {
        let unknown = "unknown member"
        guard error.message.hasPrefix(unknown), let name = error.pointer.split(separator: "/").last else {
            return error.message
        }
        return "'\(name)' is not known here\(error.message.dropFirst(unknown.count))"
    }
}
