// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

/// One case of the shared corpora: a policy set, entities and requests with the expected answers.
struct ConformanceCase {
    let json: JSONValue
    /// The policies as their text says.
    let policies: PolicySet

    init(_ json: JSONValue) throws {
        self.json = json
        policies = try PolicySet(parsing: json["policies"]?.stringValue ?? "?")
    }

    var requests: [JSONValue] { json["requests"]?.arrayValue ?? [] }

    /// What is wrong with our decisions, reasons and errors, in words.
    ///
    /// - Parameter policies: the policies of the case, as they were read from another form of it.
    func faults(_ policies: PolicySet? = nil) throws -> [String] {
        let policies = policies ?? self.policies
        let entities = try EntityStore(json: json["entities"] ?? .null)
        var faults: [String] = []
        for (index, request) in requests.enumerated() {
            let answer = try policies.authorize(AuthorizationRequest(json: request), entities: entities).json
            for key in ["decision", "reason", "errors"] where answer[key] != request[key] {
                faults.append("request \(index) \(key): \(answer)")
            }
        }
        return faults
    }

    /// What a check has to say of a case.
    struct Finding: Sendable {
        /// What is wrong, in words.
        var faults: [String] = []
        var requests = 0
        /// Whether the case says what validation finds.
        var isJudged = false
        /// Whether it was among those of which the forms are compared.
        var isCompared = false
    }

    /// The findings of `check` on every case of a file, spread over two tasks for each core that may be there. Each case
    /// is read once, which costs as much as most checks.
    ///
    /// - Parameter check: is given the place of the case in the file, too.
    static func findings(
        _ path: String,
        _ check: @escaping @Sendable (Int, Self) throws -> Finding
    ) async throws -> [Finding] {
        let lines = try SharedData.lines(path)
        let width = 4
        return try await withThrowingTaskGroup(of: [Finding].self) { group in
            for part in 0..<width {
                group.addTask {
                    try stride(from: part, to: lines.count, by: width).map { index in
                        let json = try JSONValue(parsing: Array(lines[index]), limits: SharedData.limits)
                        var finding: Finding
                        do {
                            let test = try Self(json)
                            finding = try check(index, test)
                            finding.requests = test.requests.count
                        } catch {
                            finding = Finding(faults: ["\(error)"])
                        }
                        finding.faults = finding.faults.map { "\(json["id"]?.stringValue ?? "?"): \($0)" }
                        return finding
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }
}

extension [ConformanceCase.Finding] {
    /// Fails when there is a fault, and shows the first of them.
    func expectNoFaults() {
        let faults = flatMap(\.faults)
        #expect(faults.isEmpty, "\(faults.count) faults: \(faults.prefix(5).joined(separator: "\n"))")
    }
}
