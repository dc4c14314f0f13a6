// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Puts names and texts into statements that take no parameters, such as `CREATE ROLE`.
///
/// What is quoted here is read by the server as one token, whatever it holds and whatever the server is set to. The
/// connection speaks UTF-8, where no byte of a longer character can pass for a quote.
public enum SQLText {
    /// The longest name in bytes: the server cuts off the rest of a longer one without a word, and two names would be one
    /// (PostgreSQL section 4.1.1, NAMEDATALEN).
    public static let nameLimit = 63

    /// A name as a quoted identifier.
    ///
    /// - Parameter name: 1 to 63 bytes of UTF-8 without NUL.
    /// - Throws: ``PostgreSQLError`` with `.usage` for another one.
    public static func identifier(_ name: String) throws(PostgreSQLError) -> String {
        guard (1...nameLimit).contains(name.utf8.count), !name.utf8.contains(0) else {
            throw PostgreSQLError(.usage, "a name of 1 to \(nameLimit) bytes without NUL is expected")
        }
        return "\"" + doubling(0x22, in: name) + "\""
    }

    /// Names as quoted identifiers with commas between them.
    public static func identifiers(_ names: [String]) throws(PostgreSQLError) -> String {
        var text = ""
        for name in names { text += (text.isEmpty ? "" : ", ") + (try identifier(name)) }
        return text
    }

    /// A text as a quoted literal.
    ///
    /// - Throws: ``PostgreSQLError`` with `.usage` for a text with NUL, which no server can hold.
    public static func literal(_ text: String) throws(PostgreSQLError) -> String {
        guard !text.utf8.contains(0) else { throw PostgreSQLError(.usage, "a text without NUL is expected") }
        let doubled = doubling(0x27, in: text)
        guard text.utf8.contains(0x5C) else { return "'" + doubled + "'" }
        // Says of itself that a backslash escapes: so it means the same whatever standard_conforming_strings says.
        return " E'" + doubling(0x5C, in: doubled) + "'"
    }

    private static func doubling(_ quote: UInt8, in text: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + 2)
        for byte in text.utf8 {
            if byte == quote { bytes.append(quote) }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
