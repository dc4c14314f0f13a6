// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON
public import TrustModel

extension Simulation {
    /// How many identities and APIs are named: those with the most changes.
    private static let namedMost = 50

    /// Writes the simulation.
    ///
    /// - Parameter names: The state whose names stand for ids.
    public func render(names: TrustState, to writer: inout JSONWriter) {
        writer.beginObject()
        for (key, number) in [
            ("decisions", decisions), ("replayed", replayed), ("changed", changed), ("unchanged", replayed - changed),
            ("unasked", unasked), ("failed", failed),
        ] {
            writer.key(key)
            writer.integer(Int64(number))
        }
        obstacles.write(to: &writer, key: "not_replayed")
        for (key, time) in [("oldest", oldest), ("newest", newest)] {
            guard let time else { continue }
            writer.key(key)
            writer.string(time.description)
        }
        writer.key("changes")
        writer.beginArray()
        for change in changes.sorted(by: { ($1.count, $0.key) < ($0.count, $1.key) }) {
            change.write(names, to: &writer)
        }
        writer.endArray()
        write(byIdentity, as: "identity", names, "by_identity", to: &writer)
        write(byAPI, as: "api", names, "by_api", to: &writer)
        writer.endObject()
    }

    private func write(
        _ counts: [ObjectID: Int],
        as name: String,
        _ names: TrustState,
        _ key: String,
        to writer: inout JSONWriter
    ) {
        writer.key(key)
        writer.beginArray()
        let most = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        for (id, count) in most.prefix(Self.namedMost) {
            writer.beginObject()
            writer.reference(name, id, names)
            writer.key("changed")
            writer.integer(Int64(count))
            writer.endObject()
        }
        writer.endArray()
    }
}

extension Simulation.Change {
    fileprivate var key: String { "\(from.rawValue) \(to.rawValue)" }

    fileprivate func write(_ names: TrustState, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("from")
        writer.string(from.rawValue)
        writer.key("to")
        writer.string(to.rawValue)
        writer.key("count")
        writer.integer(Int64(count))
        writer.key("examples")
        writer.beginArray()
        for example in examples { example.write(names, to: &writer) }
        writer.endArray()
        writer.endObject()
    }
}

extension Simulation.Example {
    fileprivate func write(_ names: TrustState, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("decision")
        writer.string(decision.description)
        if let identity { writer.reference("identity", identity, names) }
        writer.reference("api", api, names)
        for (key, text) in [("operation", operation), ("from_reason", fromReason), ("to_reason", toReason)] {
            guard let text else { continue }
            writer.key(key)
            writer.string(text)
        }
        for (key, texts) in [("determining", determining), ("remedies", remedies)] {
            writer.key(key)
            writer.beginArray()
            for text in texts { writer.string(text) }
            writer.endArray()
        }
        writer.endObject()
    }
}

extension ReplayedStretch {
    /// Writes what replaying showed.
    ///
    /// - Parameter token: What asks for the next stretch; nil at the end.
    public func render(next token: String?, to writer: inout JSONWriter) {
        writer.beginObject()
        for (key, number) in [("decisions", decisions), ("identical", identical), ("unasked", unasked)] {
            writer.key(key)
            writer.integer(Int64(number))
        }
        obstacles.write(to: &writer, key: "not_replayed")
        writer.key("different")
        writer.beginArray()
        for id in different { writer.string(id.description) }
        writer.endArray()
        if let token {
            writer.key("next_page_token")
            writer.string(token)
        }
        writer.endObject()
    }
}

extension [ReplayObstacle: Int] {
    fileprivate func write(to writer: inout JSONWriter, key: String) {
        writer.key(key)
        writer.beginObject()
        for obstacle in ReplayObstacle.allCases {
            guard let count = self[obstacle] else { continue }
            writer.key(obstacle.rawValue)
            writer.integer(Int64(count))
        }
        writer.endObject()
    }
}
