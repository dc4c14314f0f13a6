// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

/// One case of the shared corpora: a policy set, entities and requests with the expected answers.
struct ConformanceCase {
    let json: JSONValue

    var id: String { json["id"]?.stringValue ?? "?" }

    /// What is wrong with our answers, in words; empty when nothing is.
    ///
    /// - Parameter read: makes the policies of the case; from their text unless another form is to be tested.
    func faults(_ read: Reader = Self.text) -> (requests: Int, faults: [String]) {
        let requests = json["requests"]?.arrayValue ?? []
        do {
            let policies = try read(json)
            let entities = try EntityStore(json: json["entities"] ?? .null)
            var faults: [String] = []
            for (index, request) in requests.enumerated() {
                let answer = try policies.authorize(AuthorizationRequest(json: request), entities: entities)
                let expected = ["decision", "reason", "errors"].map { ($0, request[$0]) }
                for (key, value) in expected where answer.json[key] != value {
                    faults.append("\(id) request \(index) \(key): \(answer.json)")
                }
            }
            return (requests.count, faults)
        } catch {
            return (requests.count, ["\(id): \(error)"])
        }
    }

    /// Makes policies from a case.
    typealias Reader = @Sendable (JSONValue) throws -> PolicySet

    /// The policies as their text says.
    static let text: Reader = { try PolicySet(parsing: $0["policies"]?.stringValue ?? "?") }

    /// Runs all cases of a file, spread over two tasks for each core that may be there.
    static func run(_ path: String, expecting count: Int, _ read: @escaping Reader = Self.text) async throws {
        let lines = try SharedData.lines(path)
        let width = 4
        let results = try await withThrowingTaskGroup(of: (Int, [String]).self) { group in
            for part in 0..<width {
                group.addTask {
                    var requests = 0
                    var faults: [String] = []
                    for index in stride(from: part, to: lines.count, by: width) {
                        let json = try JSONValue(parsing: Array(lines[index]), limits: SharedData.limits)
                        let result = ConformanceCase(json: json).faults(read)
                        requests += result.requests
                        faults += result.faults
                    }
                    return (requests, faults)
                }
            }
            return try await group.reduce(into: (0, [String]())) { $0 = ($0.0 + $1.0, $0.1 + $1.1) }
        }
        #expect(results.0 == count)
        #expect(results.1.isEmpty, "\(results.1.count) faults: \(results.1.prefix(5).joined(separator: "\n"))")
    }
}
