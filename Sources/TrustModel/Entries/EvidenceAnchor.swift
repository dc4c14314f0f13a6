// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// A checkpoint of an evidence log, kept in the control log so that the evidence cannot be rewritten without it.
public struct EvidenceAnchor: Sendable, Equatable {
    /// The evidence log's origin.
    public let origin: String
    /// Its size.
    public let size: UInt64
    /// Its root, base64.
    public let root: String

    /// An anchor of the given checkpoint.
    public init(origin: String, size: UInt64, root: String) {
        self.origin = origin
        self.size = size
        self.root = root
    }

    init(_ value: JSONValue, at pointer: String) throws(ShapeError) {
        var reader = try ObjectReader(value, at: pointer)
        origin = try reader.string("origin")
        guard let size = UInt64(exactly: try reader.integer("size")) else {
            throw ShapeError(.value, reader.pointer(to: "size"), "a size is expected")
        }
        self.size = size
        root = try reader.string("root")
        try reader.finish()
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("origin", origin)
        writer.member("size", Int64(clamping: size))
        writer.member("root", root)
        writer.endObject()
    }
}
