// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// The key under which a command may be sent again without being carried out again. It stands in the command's first entry.
public struct CommandKey: Sendable, Equatable {
    /// SHA-256 over the operator's id, a line feed and the key as sent: keys of different operators never meet.
    public let id: Fingerprint
    /// SHA-256 over what was asked, so that the key can't come to mean another command.
    public let request: Fingerprint
    /// How many entries the command has.
    public let entries: Int

    /// The most entries that a command under a key has.
    public static let entryLimit = 1 << 20

    /// A key.
    public init(id: Fingerprint, request: Fingerprint, entries: Int = 1) {
        self.id = id
        self.request = request
        self.entries = entries
    }

    init(_ value: JSONValue, at pointer: String) throws(ShapeError) {
        var reader = try ObjectReader(value, at: pointer)
        guard let id = Fingerprint(hex: try reader.string("id")),
            let request = Fingerprint(hex: try reader.string("request"))
        else { throw ShapeError(.value, pointer, "64 hexadecimal digits are expected") }
        self.id = id
        self.request = request
        guard let entries = Int(exactly: try reader.optionalInteger("entries") ?? 1),
            (1...Self.entryLimit).contains(entries)
        else { throw ShapeError(.value, reader.pointer(to: "entries"), "a number of entries is expected") }
        self.entries = entries
        try reader.finish()
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id.description)
        writer.member("request", request.description)
        if entries != 1 { writer.member("entries", Int64(entries)) }
        writer.endObject()
    }
}
