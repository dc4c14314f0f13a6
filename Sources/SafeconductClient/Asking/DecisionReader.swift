// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// Reads AuthZEN 1.0 answers. What contradicts itself permits nothing.
enum DecisionReader {
    /// What a decision point may say to the caller, and nothing else: no cookie, no length.
    private static let callerFields = ["WWW-Authenticate", "DPoP-Nonce", "RateLimit", "RateLimit-Policy"]

    /// The answer to one question (section 6.2).
    /// The answers to `count` questions (section 7.2), in order.
    static func batch(_ value: JSONValue, count: Int) throws(ClientError) -> [Decision] {
        guard let items = value["evaluations"]?.arrayValue, items.count == count else {
            throw ClientError(.garbled, "the answer does not have one decision for each question")
        }
        var decisions: [Decision] = []
        decisions.reserveCapacity(count)
        for item in items { decisions.append(try single(item)) }
        return decisions
    }

    /// The answer to one question (section 6.2).
    static func single(_ value: JSONValue) throws(ClientError) -> Decision {
        guard let permits = value["decision"]?.boolValue else {
            throw ClientError(.garbled, "the answer has no decision")
        }
        let context = value["context"]
        let outcome = context?["outcome"]?.stringValue
        // A question of a batch that has a fault of its own stands there as an error (section 7.2.1).
        let error = context?["error"]
        let reason = context?["reason"]
        return Decision(
            permits: permits && error == nil && (outcome.map { $0 == "allow" || $0 == "limit" } ?? true),
            id: context?["decision_id"]?.stringValue.flatMap { isID($0) ? $0 : nil },
            outcome: outcome,
            reason: reason?["class"]?.stringValue ?? error?["code"]?.stringValue,
            message: reason?["message"]?.stringValue ?? error?["message"]?.stringValue,
            remedies: (context?["remedies"]?.arrayValue ?? []).prefix(16).compactMap(\.stringValue),
            revision: context?["rev"]?.integerValue,
            remaining: context?["remaining"]?.integerValue,
            retryAfter: context?["retry_after_ms"]?.integerValue.map { .milliseconds(max(0, min($0, 86_400_000))) },
            fields: (context?["response_headers"]?.arrayValue ?? []).prefix(16).compactMap(field)
        )
    }

    private static func field(_ value: JSONValue) -> (name: String, value: String)? {
        guard let said = value["name"]?.stringValue, let text = value["value"]?.stringValue,
            let name = callerFields.first(where: { $0.lowercased() == said.lowercased() })
        else { return nil }
        return (name, text)
    }

    /// An id becomes part of a path, a header field and log lines, so it has to look like one.
    private static func isID(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "_")
                    || byte == UInt8(ascii: "-")
            }
    }
}
