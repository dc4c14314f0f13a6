// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// What a back end gives to whoever may be issued one operation.
public struct BackEndRole: Sendable, Equatable {
    /// The operation of the back end's API.
    public let operation: String
    /// The back end's own roles whose rights a credential has.
    public let memberOf: [String]
    /// How long a lease lasts, and by how much it is renewed, in seconds.
    public let seconds: Int64
    /// How long it lasts with all its renewals, in seconds.
    public let maximumSeconds: Int64
    /// The most sessions of one credential; nil for as many as the back end lets it.
    public let connectionLimit: Int64?

    /// The longest that a lease may last: 30 days.
    public static let longestSeconds: Int64 = 30 * 86_400

    /// What no lease gives: the server's own machine.
    private static let refused: Set<String> = [
        "pg_execute_server_program", "pg_read_server_files", "pg_write_server_files",
    ]

    /// Reads `{"operation","in_roles","ttl_seconds"?,"maximum_seconds"?,"connection_limit"?}`.
    public init(_ value: JSONValue, at pointer: String) throws(ShapeError) {
        var reader = try ObjectReader(value, at: pointer)
        operation = try reader.name("operation")
        memberOf = try reader.strings("in_roles")
        guard (1...32).contains(memberOf.count), Set(memberOf).count == memberOf.count else {
            throw ShapeError(.value, reader.pointer(to: "in_roles"), "1 to 32 different roles are expected")
        }
        for (index, name) in memberOf.enumerated() {
            let place = "\(reader.pointer(to: "in_roles"))/\(index)"
            try BackEndConnection.check(name, at: place)
            guard !Self.refused.contains(name) else {
                throw ShapeError(.value, place, "this role reaches beyond the database")
            }
        }
        seconds = try reader.optionalInteger("ttl_seconds") ?? 900
        maximumSeconds = try reader.optionalInteger("maximum_seconds") ?? max(seconds, 3600)
        guard (30...Self.longestSeconds).contains(seconds) else {
            throw ShapeError(.value, reader.pointer(to: "ttl_seconds"), "30 to \(Self.longestSeconds) is expected")
        }
        guard (seconds...Self.longestSeconds).contains(maximumSeconds) else {
            throw ShapeError(
                .value,
                reader.pointer(to: "maximum_seconds"),
                "ttl_seconds to \(Self.longestSeconds) is expected"
            )
        }
        connectionLimit = try reader.optionalInteger("connection_limit")
        if let connectionLimit, !(1...10_000).contains(connectionLimit) {
            throw ShapeError(.value, reader.pointer(to: "connection_limit"), "1 to 10000 is expected")
        }
        try reader.finish()
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("operation", operation)
        writer.member("in_roles", memberOf)
        writer.member("ttl_seconds", seconds)
        writer.member("maximum_seconds", maximumSeconds)
        if let connectionLimit { writer.member("connection_limit", connectionLimit) }
        writer.endObject()
    }
}
