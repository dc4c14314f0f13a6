// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON
public import TrustModel

/// The leaf of a minute's refusals of callers that proved nothing: how many, where and why, and nothing about whom.
public struct RefusalRecord: Sendable {
    /// One line of it.
    public struct Line: Sendable, Equatable {
        /// The enforcement point that asked; nil when the server refused its own caller.
        public let point: ObjectID?
        /// The route that was called without a credential that counts.
        public let route: String?
        /// Why.
        public let reason: String
        /// How many.
        public let count: UInt64
    }

    /// When it was written; nil for what is counted and not written yet.
    public let at: Timestamp?
    /// When the first of them was refused.
    public let from: Timestamp
    /// The newest revision then.
    public let rev: UInt64
    /// The counts, in a fixed order.
    public let lines: [Line]
    /// The index of the record before it in the same log, so that a reader need not look through the decisions.
    let previous: UInt64?

    init(
        at: Timestamp?,
        rev: UInt64,
        _ taken: (from: Timestamp, counts: [RefusalCounts.Line: UInt64]),
        previous: UInt64?
    ) {
        self.at = at
        self.rev = rev
        self.previous = previous
        from = taken.from
        lines = taken.counts.sorted { left, right in
            (left.key.source.sortKey, left.key.reason) < (right.key.source.sortKey, right.key.reason)
        }.map { line, count in
            switch line.source {
            case .point(let id): Line(point: id, route: nil, reason: line.reason, count: count)
            case .route(let name): Line(point: nil, route: name, reason: line.reason, count: count)
            case .others: Line(point: nil, route: nil, reason: line.reason, count: count)
            }
        }
    }

    /// The kind of its leaves.
    static let kind = "refusals"

    /// The bytes to store.
    func stored() -> [UInt8] {
        var writer = JSONWriter(capacity: 1024)
        writer.beginObject()
        writer.key("v")
        writer.integer(1)
        writer.key("kind")
        writer.string(Self.kind)
        writeMembers(to: &writer)
        if let previous {
            writer.key("previous")
            writer.integer(Int64(clamping: previous))
        }
        writer.endObject()
        return writer.bytes
    }

    /// Writes its times, revision and lines.
    func writeMembers(to writer: inout JSONWriter, names: ((ObjectID) -> String?)? = nil) {
        if let at {
            writer.key("at")
            writer.string(at.description)
        }
        writer.key("rev")
        writer.integer(Int64(clamping: rev))
        writer.key("from")
        writer.string(from.description)
        writer.key("counts")
        writer.beginArray()
        for line in lines {
            writer.beginObject()
            if let point = line.point {
                writer.key("pep")
                writer.string(point.description)
                if let name = names?(point) {
                    writer.key("pep_name")
                    writer.string(name)
                }
            }
            if let route = line.route {
                writer.key("route")
                writer.string(route)
            }
            writer.key("reason")
            writer.string(line.reason)
            writer.key("count")
            writer.integer(Int64(clamping: line.count))
            writer.endObject()
        }
        writer.endArray()
    }

    private static let limits = JSONLimits(maximumBytes: 4 << 20, maximumDepth: 8, maximumValues: 1 << 16)

    /// Reads stored bytes.
    init(stored bytes: [UInt8]) throws(EngineError) {
        do {
            var reader = try ObjectReader(try JSONValue(parsing: bytes, limits: Self.limits))
            guard try reader.integer("v") == 1, try reader.string("kind") == Self.kind else {
                throw ShapeError(.value, "/kind", "counted refusals are expected")
            }
            at = try reader.timestamp("at")
            rev = UInt64(clamping: try reader.integer("rev"))
            from = try reader.timestamp("from")
            previous = reader.optional("previous").flatMap { $0.integerValue }.map { UInt64(clamping: $0) }
            var lines: [Line] = []
            for value in try reader.required("counts").arrayValue ?? [] {
                var line = try ObjectReader(value, at: "/counts/\(lines.count)")
                lines.append(
                    Line(
                        point: try line.optionalString("pep").flatMap(ObjectID.init),
                        route: try line.optionalString("route"),
                        reason: try line.string("reason"),
                        count: UInt64(clamping: try line.integer("count"))
                    )
                )
                try line.finish()
            }
            self.lines = lines
            try reader.finish()
        } catch {
            throw EngineError(.corrupt, "the stored refusals are unreadable: \(error)")
        }
    }
}
