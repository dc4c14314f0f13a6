// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import StrictJSON

/// One line of a gateway's access log in JSON, read as the outcome of a decision.
///
/// Each member of a report has the names under which Envoy and nginx logs usually hold it; others can be added. Of
/// several the first that says something counts.
struct AccessLine: Sendable {
    /// What a line is.
    enum Reading: Sendable, Equatable {
        /// A report, as `POST /v1/outcomes` takes it.
        case report(JSONValue)
        /// A call that no decision is known of.
        case undecided
        /// No JSON object.
        case malformed
    }

    /// The names of each member, in the order in which they are looked at.
    private(set) var names: [String: [String]] = [
        "decision": ["decision", "decision_id", "safeconduct_decision_id", "refused_decision"],
        "passed": ["passed", "upstream", "upstream_host", "upstream_addr"],
        "status": ["status", "response_code"],
        "bytes": ["bytes", "bytes_sent", "body_bytes_sent"],
        "rows": ["rows"],
        "amount": ["amount"],
        "latency_ms": ["latency_ms", "duration"],
        "latency_s": ["latency_s", "request_time"],
        "data_class": ["data_class"],
        "error": ["error", "response_flags"],
    ]

    /// Adds the names of `mapping`, such as `status=http_status`, before the usual ones.
    ///
    /// - Throws: ``CommandFailure`` for a member that no report has.
    mutating func add(_ mapping: String) throws(CommandFailure) {
        let parts = mapping.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[1].isEmpty, let usual = names[parts[0]] else {
            let near = nearestName(to: parts.first ?? "", among: names.keys).map { "; did you mean '\($0)'?" } ?? ""
            throw CommandFailure(
                .usage,
                "--field takes MEMBER=NAME with a member of \(names.keys.sorted().joined(separator: ", "))\(near)"
            )
        }
        names[parts[0]] = [parts[1]] + usual
    }

    /// Reads a line.
    func read(_ line: [UInt8]) -> Reading {
        guard case .object(let members)? = try? JSONValue(parsing: line) else { return .malformed }
        guard let decision = text("decision", members), decision.utf8.count <= 64 else { return .undecided }
        var report = JSONObject([("decision", .string(decision))])
        if let passed = passed(members) { report["passed"] = .bool(passed) }
        if let status = number("status", members), (100...599).contains(status) { report["status"] = .integer(status) }
        for key in ["bytes", "rows", "amount"] {
            if let number = number(key, members) { report[key] = .integer(number) }
        }
        if let latency = number("latency_ms", members) ?? milliseconds(members) {
            report["latency_ms"] = .integer(latency)
        }
        if let dataClass = text("data_class", members), Self.isTerm(dataClass) {
            report["data_class"] = .string(dataClass)
        }
        if let error = text("error", members) { report["error"] = .string(Self.code(error)) }
        return .report(.object(report))
    }

    /// The first value of a member that is there; proxies write `-` or null for what is not.
    private func value(_ member: String, _ members: JSONObject) -> JSONValue? {
        for name in names[member] ?? [] {
            switch members[name] {
            case nil, .null, .string(""), .string("-"): continue
            case let value?: return value
            }
        }
        return nil
    }

    private func text(_ member: String, _ members: JSONObject) -> String? { value(member, members)?.stringValue }

    private func number(_ member: String, _ members: JSONObject) -> Int64? {
        let value = value(member, members)
        guard let number = value?.integerValue ?? value?.stringValue.flatMap({ Int64($0) }), number >= 0 else {
            return nil
        }
        return number
    }

    /// Seconds with a fraction, as nginx writes a request's time.
    private func milliseconds(_ members: JSONObject) -> Int64? {
        let value = value("latency_s", members)
        let text =
            switch value {
            case .number(let number)?: number
            case .integer(let number)?: String(number)
            default: value?.stringValue ?? ""
            }
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count > 1 ? parts[1].prefix(3) : ""
        // Digits only: a sign before a zero is lost when it is read as a number.
        guard let first = parts.first, let seconds = Int64(first), seconds <= 1_000_000_000,
            (first + fraction).utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let thousandths = Int64(fraction + String(repeating: "0", count: 3 - fraction.count))
        else { return nil }
        return seconds * 1000 + thousandths
    }

    /// Whether the call reached the API: said outright, or the API's address is there. Nil where the log has neither.
    private func passed(_ members: JSONObject) -> Bool? {
        let known = (names["passed"] ?? []).compactMap { members[$0] }
        guard !known.isEmpty else { return nil }
        for value in known {
            switch value {
            case .bool(let flag): return flag
            case .string(let text) where !text.isEmpty && text != "-": return true
            default: continue
            }
        }
        return false
    }

    private static func isTerm(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || ".-_/:".utf8.contains(byte)
            }
    }

    /// A text as a code: what a code can't have becomes `_`.
    private static func code(_ text: String) -> String {
        String(
            decoding: text.utf8.prefix(64).map { byte in
                let isKept =
                    (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || "._,:/-".utf8.contains(byte)
                return isKept ? byte : UInt8(ascii: "_")
            },
            as: UTF8.self
        )
    }
}
