// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// The first entry of a control log, and the first of each generation after that.
public struct LogOpening: Sendable, Equatable {
    /// The origin of its checkpoints (C2SP tlog-checkpoint).
    public let origin: String
    /// The verifying key of its checkpoints, in vkey form (C2SP signed-note).
    public let verifyingKey: String
    /// From 1; a restore that lost entries opens the next one (invariant 3).
    public let generation: Int64
    /// What is known of the log before; nil in the first generation.
    public let previous: PreviousLog?

    /// An opening of the given members.
    public init(origin: String, verifyingKey: String, generation: Int64, previous: PreviousLog? = nil) {
        self.origin = origin
        self.verifyingKey = verifyingKey
        self.generation = generation
        self.previous = previous
    }

    init(_ value: JSONValue, at pointer: String) throws(ShapeError) {
        var reader = try ObjectReader(value, at: pointer)
        origin = try reader.string("origin")
        verifyingKey = try reader.string("verifying_key")
        generation = try reader.integer("generation")
        previous = try reader.optional("previous").map { value throws(ShapeError) in
            try PreviousLog(value, at: "\(pointer)/previous")
        }
        try reader.finish()
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("origin", origin)
        writer.member("verifying_key", verifyingKey)
        writer.member("generation", generation)
        if let previous {
            writer.key("previous")
            previous.write(to: &writer)
        }
        writer.endObject()
    }
}
