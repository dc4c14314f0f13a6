// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A place in a text as people count it.
public struct SourcePosition: Sendable, Hashable {
    /// Bytes before the place.
    public let offset: Int
    /// The line, from 1; lines end with a line feed.
    public let line: Int
    /// The Unicode scalar in the line, from 1.
    public let column: Int

    /// The place with these counts.
    public init(offset: Int, line: Int, column: Int) {
        self.offset = offset
        self.line = line
        self.column = column
    }

    /// The place after `offset` bytes of `text`, which is UTF-8; an offset behind the end means the end.
    public init(offset: Int, in text: [UInt8]) {
        self.init(offset: offset, in: text, from: SourcePosition(offset: 0, line: 1, column: 1))
    }

    /// The same, counted on from a place before it.
    init(offset: Int, in text: [UInt8], from start: SourcePosition) {
        let offset = min(max(start.offset, offset), text.count)
        var line = start.line
        var column = start.column
        for place in start.offset..<offset {
            if text[place] == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if text[place] & 0xC0 != 0x80 {
                // Continuation bytes belong to the scalar before.
                column += 1
            }
        }
        self.init(offset: offset, line: line, column: column)
    }
}
