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
    /// The most values of all tests of a set, the defaults counted for each: every test is a whole one when it is judged.
    static let weightLimit = 2_000_000

    let cases: [PolicyTestCase]

    /// The tests of a set, in the order of its files.
    ///
    /// - Throws: ``PolicyRefusal`` with the place of what is no test.
    static func cases(in files: some Sequence<TrustModel.PolicySet.File>) throws(PolicyRefusal) -> [PolicyTestCase] {
        var cases: [PolicyTestCase] = []
        var weight = 0
        for file in files where file.content == .tests { cases += try Self(file, weight: &weight).cases }
        return cases
    }

    /// Reads `{defaults?, cases}`.
    ///
    /// - Parameter weight: Of the tests before; those of this file are added.
    private init(_ file: TrustModel.PolicySet.File, weight: inout Int) throws(PolicyRefusal) {
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
            cases = try Self.cases(of: document, file.name, &weight)
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

    private static func cases(
        of document: YAMLDocument,
        _ file: String,
        _ weight: inout Int
    ) throws(ShapeError) -> [PolicyTestCase] {
        var reader = try ObjectReader(document.value)
        let defaults = try TestDefaults(reader.optional("defaults"), at: reader.pointer(to: "defaults"), of: file)
        let elements = try reader.array("cases")
        try reader.finish()
        guard (1...caseLimit).contains(elements.count) else {
            throw ShapeError(.value, "/cases", "1 to \(caseLimit) tests are expected")
        }
        weight += defaults.weight * elements.count
        var cases: [PolicyTestCase] = []
        var names: Set<Text> = []
        for element in elements {
            weight += try TestDefaults.weight(of: element.value, at: element.pointer)
            guard weight <= weightLimit else {
                throw ShapeError(.value, element.pointer, "the tests have more than \(weightLimit) values together")
            }
            let place = document.place(of: element.pointer)
            let reader = PolicyTestReader(file: file, line: place.line, column: place.column)
            let test = try reader.read(defaults.completing(element.value), at: element.pointer)
            guard names.insert(Text(test.name)).inserted else {
                throw ShapeError(.value, "\(element.pointer)/name", "another test of this file has this name")
            }
            cases.append(test)
        }
        return cases
    }

    /// Names the member that nobody knows.
    private static func message(_ error: ShapeError) -> String {
        let unknown = "unknown member"
        guard error.message.hasPrefix(unknown), let token = error.pointer.split(separator: "/").last else {
            return error.message
        }
        // As it was written, not as a pointer spells it (RFC 6901 section 4).
        let name = token.replacing("~1", with: "/").replacing("~0", with: "~")
        return "'\(name)' is not known here\(error.message.dropFirst(unknown.count))"
    }
}
