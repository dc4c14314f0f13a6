// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// Where a back end is, and as whom we speak to it; without the password.
public struct BackEndConnection: Sendable, Equatable {
    /// How it is protected on its way, in libpq's words (`sslmode`).
    public enum Security: String, Sendable, CaseIterable {
        /// Not at all.
        case none = "disable"
        /// TLS with whoever answers.
        case require
        /// TLS with somebody whom a known authority vouches for.
        case verifyAuthority = "verify-ca"
        /// TLS with the host of that name.
        case verifyFull = "verify-full"
    }

    /// A host name, an address, or the absolute path of a socket's directory.
    public let host: String
    /// The port.
    public let port: Int64
    /// The databases in which its credentials may come to own something; the first one is the one we log in to.
    public let databases: [String]
    /// Our own account.
    public let user: String
    /// How it is protected; nil for the usual: `verify-full`, and nothing where nothing leaves the machine.
    public let security: Security?
    /// Who gets what credentials leave behind; nil for our own account.
    public let heir: String?

    /// Reads `{"host","port","databases","user","sslmode"?,"heir"?}`.
    public init(_ value: JSONValue, at pointer: String) throws(ShapeError) {
        var reader = try ObjectReader(value, at: pointer)
        host = try reader.string("host")
        guard (1...255).contains(host.utf8.count),
            host.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ",") })
        else {
            throw ShapeError(
                .value,
                reader.pointer(to: "host"),
                "one host, or the path of a socket's directory, is expected"
            )
        }
        port = try reader.optionalInteger("port") ?? 5432
        guard (1...65_535).contains(port) else {
            throw ShapeError(.value, reader.pointer(to: "port"), "1 to 65535 is expected")
        }
        databases = try reader.strings("databases")
        guard (1...32).contains(databases.count), Set(databases).count == databases.count else {
            throw ShapeError(.value, reader.pointer(to: "databases"), "1 to 32 different databases are expected")
        }
        for (index, database) in databases.enumerated() {
            let place = "\(reader.pointer(to: "databases"))/\(index)"
            try Self.check(database, at: place)
            guard !database.contains("="), !database.contains("://") else {
                throw ShapeError(.value, place, "the name of a database is expected, no connection string")
            }
        }
        user = try reader.string("user")
        try Self.check(user, at: reader.pointer(to: "user"))
        if reader.optional("sslmode") != nil {
            security = try reader.choice("sslmode", Security.self)
        } else {
            security = nil
        }
        heir = try reader.optionalString("heir")
        if let heir { try Self.check(heir, at: reader.pointer(to: "heir")) }
        try reader.finish()
    }

    /// A name as PostgreSQL can tell it from others: 1 to 63 bytes of UTF-8 without control characters.
    static func check(_ name: String, at pointer: String) throws(ShapeError) {
        guard (1...63).contains(name.utf8.count),
            name.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
        else { throw ShapeError(.value, pointer, "a name of 1 to 63 bytes without control characters is expected") }
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("host", host)
        writer.member("port", port)
        writer.member("databases", databases)
        writer.member("user", user)
        if let security { writer.member("sslmode", security.rawValue) }
        if let heir { writer.member("heir", heir) }
        writer.endObject()
    }
}
