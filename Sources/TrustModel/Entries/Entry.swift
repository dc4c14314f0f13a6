// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// One leaf of the control log, as stored: who changed what, when.
///
/// The stored bytes are what the leaf commits to; they are written once and never serialised again for hashing.
public struct Entry: Sendable {
    /// The time its writer stamped at the head; never before its predecessor's.
    public let time: Timestamp
    /// The operator, or node, that gave the command.
    public let by: ObjectID
    /// The decision that let the command in; nil for what nodes write, and in logs from before commands were decided.
    public let auth: CommandAuthorization?
    /// The key of the command that the entry begins; nil when it has none or this is not its first entry.
    public let key: CommandKey?
    /// The change.
    public let body: EntryBody

    /// An entry of the given members.
    public init(
        time: Timestamp,
        by: ObjectID,
        auth: CommandAuthorization? = nil,
        key: CommandKey? = nil,
        body: EntryBody
    ) {
        self.time = time
        self.by = by
        self.auth = auth
        self.key = key
        self.body = body
    }

    /// Stored entries may be large: a policy set has up to 16 MiB of text, each byte of which may be escaped as six.
    static let limits = JSONLimits(maximumBytes: 128 << 20, maximumDepth: 32, maximumValues: 1 << 22)

    /// Reads stored bytes.
    ///
    /// - Throws: ``FoldError`` with the code `.unreadable`, or `.unknownKind` where a newer release wrote the entry.
    public init(stored bytes: [UInt8]) throws(FoldError) {
        do {
            var reader = try ObjectReader(try JSONValue(parsing: bytes, limits: Self.limits))
            guard try reader.integer("v") == 1 else { throw ShapeError(.value, "/v", "unknown version") }
            let kind = try reader.string("kind")
            time = try reader.timestamp("at")
            guard let by = ObjectID(try reader.string("by")) else {
                throw ShapeError(.value, "/by", "an id is expected")
            }
            self.by = by
            auth = try reader.optional("auth").map { value throws(ShapeError) in
                try CommandAuthorization(value, at: "/auth")
            }
            key = try reader.optional("key").map { value throws(ShapeError) in try CommandKey(value, at: "/key") }
            body = try EntryBody(kind: kind, try reader.required("body"), at: "/body")
            try reader.finish()
        } catch let error as ShapeError where error.pointer == "/kind" && error.code == .value {
            throw FoldError(.unknownKind, error.description)
        } catch {
            throw FoldError(.unreadable, "\(error)")
        }
    }

    /// The bytes to store.
    public func stored() -> [UInt8] {
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writer.member("v", 1)
        writer.member("kind", body.kind)
        writer.member("at", time)
        writer.member("by", by)
        if let auth {
            writer.key("auth")
            auth.write(to: &writer)
        }
        if let key {
            writer.key("key")
            key.write(to: &writer)
        }
        writer.key("body")
        body.write(to: &writer)
        writer.endObject()
        return writer.bytes
    }
}
