// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Why bytes are no acceptable JSON, and where.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of refusal; more kinds may come.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The stable name.
        public let description: String

        /// Not the grammar of RFC 8259.
        public static let syntax = Code(description: "syntax")
        /// One member name twice in one object (RFC 8259 section 4 only warns; here it is refused).
        public static let duplicateMember = Code(description: "duplicate_member")
        /// Nested deeper than allowed.
        public static let depth = Code(description: "depth")
        /// More bytes or values than allowed.
        public static let size = Code(description: "size")
        /// Not UTF-8, or an escape that is no Unicode scalar.
        public static let encoding = Code(description: "encoding")
    }

    /// The kind of refusal.
    public let code: Code
    /// Bytes before the offending one.
    public let offset: Int
    /// The line, from 1.
    public let line: Int
    /// The byte in the line, from 1.
    public let column: Int
    /// A sentence for people; it never quotes input beyond one character's code.
    public let message: String

    init(_ code: Code, at offset: Int, in input: [UInt8], _ message: String) {
        self.code = code
        self.offset = offset
        var line = 1
        var lineStart = 0
        for index in 0..<min(offset, input.count) where input[index] == 0x0A {
            line += 1
            lineStart = index + 1
        }
        self.line = line
        self.column = max(0, offset - lineStart) + 1
        self.message = message
    }

    /// `line:column: message`.
    public var description: String { "\(line):\(column): \(message)" }
}
