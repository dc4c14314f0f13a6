// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The text of a policy, read from front to back for the places and the words of its clauses.
struct ClauseText {
    private let policy: Policy
    private let bytes: [UInt8]
    private var position: SourcePosition

    // A clause may be a set of a million names.
    private static let maximumBytes = 512

    init(_ policy: Policy) {
        self.policy = policy
        bytes = Array(policy.source.utf8)
        position = SourcePosition(offset: 0, line: 1, column: 1)
    }

    /// Where `span` begins in the text the policy was parsed from. What is asked for in order is found in one pass.
    mutating func position(of span: SourceSpan) -> SourcePosition {
        if span.start < position.offset { position = SourcePosition(offset: 0, line: 1, column: 1) }
        var line = position.line
        var column = position.column
        let end = min(span.start, bytes.count)
        for byte in bytes[min(position.offset, end)..<end] {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        position = SourcePosition(offset: end, line: line, column: column)
        return SourcePosition(
            offset: policy.position.offset + end,
            line: policy.position.line + line - 1,
            column: line == 1 ? policy.position.column + column - 1 : column
        )
    }

    /// The words of an expression in one line: runs of spaces and comments between them count as one space.
    func words(_ node: NodeID) -> String {
        let span = policy.expression[span: node]
        // What was not read from text is written as it would be.
        guard span.start >= 0, span.start < span.end, span.end <= bytes.count else {
            return Self.shortened(Array(ExpressionPrinter.text(of: node, in: policy.expression).utf8))
        }
        var words: [UInt8] = []
        var place = span.start
        var quoted = false
        while place < span.end {
            if words.count > Self.maximumBytes { return Self.shortened(words) }
            let byte = bytes[place]
            if quoted {
                words.append(byte)
                if byte == UInt8(ascii: "\\"), place + 1 < span.end {
                    place += 1
                    words.append(bytes[place])
                } else if byte == UInt8(ascii: "\"") {
                    quoted = false
                }
            } else if byte == UInt8(ascii: "/"), place + 1 < span.end, bytes[place + 1] == UInt8(ascii: "/") {
                while place < span.end, bytes[place] != UInt8(ascii: "\n") { place += 1 }
                continue
            } else if byte <= UInt8(ascii: " ") {
                if words.last != UInt8(ascii: " ") { words.append(UInt8(ascii: " ")) }
            } else {
                words.append(byte)
                quoted = byte == UInt8(ascii: "\"")
            }
            place += 1
        }
        return String(decoding: words, as: UTF8.self)
    }

    private static func shortened(_ bytes: [UInt8]) -> String {
        guard bytes.count > maximumBytes else { return String(decoding: bytes, as: UTF8.self) }
        var end = maximumBytes
        // Not within a scalar.
        while end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return String(decoding: bytes[..<end], as: UTF8.self) + "..."
    }
}
