// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// The last checkpoint that is known of the log that a generation goes on from: whoever holds a later one can show what
/// was lost.
public struct PreviousLog: Sendable, Equatable {
    /// The origin of that checkpoint.
    public let origin: String
    /// How many entries it covers.
    public let size: UInt64
    /// The root over them, base64.
    public let root: String

    /// A checkpoint of the given members.
    public init(origin: String, size: UInt64, root: String) {
        self.origin = origin
        self.size = size
        self.root = root
    }

    init(_ value: JSONValue, at pointer: String) throws(ShapeError) {
        var reader = try ObjectReader(value, at: pointer)
        origin = try reader.string("origin")
        guard let size = UInt64(exactly: try reader.integer("size")), size > 0 else {
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
