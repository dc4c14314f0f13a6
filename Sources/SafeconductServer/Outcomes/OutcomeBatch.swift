// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import Safeconduct
import StrictJSON
import TrustModel

/// Many reports in one request: a JSON array, or one JSON object on each line.
enum OutcomeBatch {
    /// The most reports of one request.
    static let maximumReports = 5000
    /// The most bytes of a line: a report is a dozen short members.
    static let maximumLine = 4096

    /// One place of the batch: a report, or why there is none.
    typealias Item = Result<ReportedOutcome, Problem>

    /// The items of a body.
    ///
    /// - Throws: A ``Problem`` with the whole body: another media type, no JSON array, too many reports. A fault of one
    ///   item stands in its place.
    static func items(_ call: HTTPCall) throws(Problem) -> [Item] {
        if call.body.isEmpty { throw Problem(.emptyBody, "the body is empty; reports are expected") }
        let type = call.headers.first(name: "content-type") ?? ""
        switch type.prefix(while: { $0 != ";" }).lowercased() {
        case "application/json": return try array(call)
        case "application/x-ndjson", "application/jsonl", "application/ndjson": return try lines(call.body)
        default:
            throw Problem(.unsupportedMediaType, "the body is application/json (an array) or application/x-ndjson")
        }
    }

    private static func array(_ call: HTTPCall) throws(Problem) -> [Item] {
        guard case .array(let values) = try call.json(limits: JSONLimits(maximumBytes: OutcomeRoutes.maximumBytes))
        else { throw Problem(.invalidRequest, "an array of reports is expected") }
        try check(count: values.count)
        return values.enumerated().map { index, value in item(value, at: "/\(index)") }
    }

    private static func lines(_ body: [UInt8]) throws(Problem) -> [Item] {
        let newline = UInt8(ascii: "\n")
        try check(count: body.count { $0 == newline })
        var items: [Item] = []
        for (index, line) in body.split(separator: newline, omittingEmptySubsequences: false).enumerated() {
            guard !line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) else { continue }
            guard line.count <= maximumLine else {
                items.append(
                    .failure(Problem(.invalidRequest, "line \(index + 1) is longer than \(maximumLine) bytes"))
                )
                continue
            }
            do throws(JSONError) {
                items.append(item(try JSONValue(parsing: Array(line)), at: ""))
            } catch {
                items.append(
                    .failure(Problem(.invalidJSON, "line \(index + 1), column \(error.column): \(error.message)"))
                )
            }
        }
        try check(count: items.count)
        return items
    }

    private static func check(count: Int) throws(Problem) {
        guard count <= maximumReports else {
            throw Problem(.invalidRequest, "at most \(maximumReports) reports fit into one request")
        }
    }

    private static func item(_ value: JSONValue, at pointer: String) -> Item {
        do throws(ShapeError) {
            var reader = try ObjectReader(value, at: pointer)
            let text = try reader.string("decision")
            let report = try OutcomeReport(&reader)
            try reader.finish()
            guard let id = ObjectID(text), id.kind == .decision else {
                throw ShapeError(.value, reader.pointer(to: "decision"), "the id of a decision is expected")
            }
            return .success(ReportedOutcome(decision: id, report: report))
        } catch {
            return .failure(Problem(error))
        }
    }
}
