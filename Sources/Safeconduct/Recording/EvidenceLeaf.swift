// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON
internal import TrustModel

/// What the beginning of every leaf of an evidence log says, whatever the leaf is about.
///
/// Logs are searched by it, so it is read without parsing the whole leaf where the leaf begins as ours do.
struct EvidenceLeaf: Sendable, Equatable {
    /// What the leaf is: `decision`, `command`, `outcome`, or a kind that this part has no need to know.
    let kind: String
    /// When it was made; nil when the leaf does not say.
    let at: Timestamp?
    /// The revision that it knew; nil when the leaf does not say.
    let rev: UInt64?

    static let decision = "decision"
    static let issue = "issue"
    static let outcome = "outcome"

    /// Whether stored bytes are a decision: about a call, about a credential, or about a command that was not let in.
    static func isDecision(_ body: [UInt8]) -> Bool {
        body.starts(with: "{\"v\":1,\"kind\":\"decision\"".utf8)
            || body.starts(with: "{\"v\":1,\"kind\":\"issue\"".utf8)
            || body.starts(with: "{\"v\":1,\"kind\":\"command\"".utf8)
    }

    /// Whether they are what came of one.
    static func isOutcome(_ body: [UInt8]) -> Bool { body.starts(with: "{\"v\":1,\"kind\":\"outcome\"".utf8) }

    /// Whether they are a minute of counted refusals.
    static func isRefusals(_ body: [UInt8]) -> Bool {
        body.starts(with: "{\"v\":1,\"kind\":\"\(RefusalRecord.kind)\"".utf8)
    }

    /// The beginning of stored bytes; nil when they are no leaf.
    init?(stored body: [UInt8]) {
        var rest = body[...]
        if let kind = Self.text(after: #"{"v":1,"kind":""#, in: &rest),
            let at = Self.text(after: #","at":""#, in: &rest),
            let time = Timestamp(at), let rev = Self.number(after: #","rev":"#, in: &rest)
        {
            (self.kind, self.at, self.rev) = (kind, time, rev)
            return
        }
        // The members stand in another order, or there are others.
        guard case .object(let members)? = try? JSONValue(parsing: body, limits: DecisionRecord.limits),
            let kind = members["kind"]?.stringValue
        else { return nil }
        self.kind = kind
        at = members["at"]?.stringValue.flatMap { Timestamp($0) }
        rev = members["rev"]?.integerValue.flatMap { UInt64(exactly: $0) }
    }

    private static func text(after mark: String, in rest: inout ArraySlice<UInt8>) -> String? {
        guard rest.starts(with: mark.utf8) else { return nil }
        let tail = rest.dropFirst(mark.utf8.count)
        // None of these texts has anything to escape.
        guard let end = tail.firstIndex(of: UInt8(ascii: "\"")) else { return nil }
        rest = tail[(end + 1)...]
        return String(decoding: tail[..<end], as: UTF8.self)
    }

    private static func number(after mark: String, in rest: inout ArraySlice<UInt8>) -> UInt64? {
        guard rest.starts(with: mark.utf8) else { return nil }
        let digits = rest.dropFirst(mark.utf8.count).prefix { (0x30...0x39).contains($0) }
        return UInt64(String(decoding: digits, as: UTF8.self))
    }
}
