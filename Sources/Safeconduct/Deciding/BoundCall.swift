// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
internal import StrictJSON
internal import TrustModel

/// One call as a record that meets a remedy binds it, in bytes that are the same whatever order attributes came in.
struct BoundCall {
    let bytes: [UInt8]

    /// - Parameters:
    ///   - versions: The policies that asked for the remedy, by id, each with the hash of its text.
    ///   - attributes: The request attributes that are bound.
    init(
        _ draft: DecisionRecord,
        _ remedy: Remedy,
        _ versions: [(policy: String, text: Fingerprint)],
        _ attributes: some Sequence<JSONObject.Member>
    ) {
        var writer = JSONWriter(capacity: 512)
        writer.beginArray()
        writer.string("binding/v1")
        writer.string(remedy.description)
        writer.string(draft.identity?.description ?? "")
        writer.string(draft.api.description)
        writer.string(draft.operation ?? "")
        writer.string(draft.purpose ?? "")
        for version in versions {
            writer.string(version.policy)
            writer.string(version.text.description)
        }
        Self.write(attributes, to: &writer)
        // What meets a remedy of a credential meets none of a call, and the other way round.
        if draft.act != .call { writer.string(draft.act.rawValue) }
        writer.endArray()
        bytes = writer.bytes
    }

    private static func write(_ members: some Sequence<JSONObject.Member>, to writer: inout JSONWriter) {
        writer.beginObject()
        for member in members.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            writer.key(member.key)
            write(member.value, to: &writer)
        }
        writer.endObject()
    }

    private static func write(_ value: JSONValue, to writer: inout JSONWriter) {
        switch value {
        case .array(let elements):
            writer.beginArray()
            for element in elements { write(element, to: &writer) }
            writer.endArray()
        case .object(let object): write(object, to: &writer)
        default: writer.value(value)
        }
    }
}

extension CompiledPolicies {
    /// The policies of these ids, in source order, each once, with the hash of its text.
    func versions(of ids: [String]) -> [(policy: String, text: Fingerprint)] {
        all.filter { ids.contains($0.policy.id.string) }.map {
            ($0.policy.id.string, Fingerprint(of: $0.policy.source))
        }
    }
}
