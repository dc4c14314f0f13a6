// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// What kind of leaf an evidence log's body is, seen without reading all of it.
enum EvidenceLeaf {
    /// Whether it is a decision.
    static func isDecision(_ body: [UInt8]) -> Bool { body.starts(with: "{\"v\":1,\"kind\":\"decision\"".utf8) }

    /// Whether it is a minute of counted refusals.
    static func isRefusals(_ body: [UInt8]) -> Bool {
        body.starts(with: "{\"v\":1,\"kind\":\"\(RefusalRecord.kind)\"".utf8)
    }

    /// The revision that a leaf of any kind names; nil when it names none.
    static func rev(of body: [UInt8]) throws(EngineError) -> UInt64? {
        let limits = JSONLimits(maximumBytes: 64 << 20, maximumDepth: 16, maximumValues: 1 << 22)
        guard let value = try? JSONValue(parsing: body, limits: limits), case .object(let members) = value else {
            throw EngineError(.corrupt, "a leaf of the evidence is unreadable")
        }
        return members["rev"]?.integerValue.map { UInt64(clamping: $0) }
    }
}
