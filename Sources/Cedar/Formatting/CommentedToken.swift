// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A token of policy text and the comments before it.
struct CommentedToken {
    /// A comment, to the end of its line.
    struct Comment {
        let text: String
        /// Whether nothing but space stands before it in its line.
        let isOwnLine: Bool
        /// Whether an empty line stands before it.
        let isAfterBlankLine: Bool
    }

    let kind: Token.Kind
    let text: String
    /// The comments between the token before and this one.
    let comments: [Comment]
    /// Whether an empty line stands before it, behind its comments.
    let isAfterBlankLine: Bool

    /// The tokens of `bytes`, the end of the text being the last.
    static func all(in bytes: [UInt8]) throws(ParseError) -> [CommentedToken] {
        var lexer = Lexer(bytes)
        var tokens: [CommentedToken] = []
        var previousEnd = 0
        while true {
            let token = try lexer.next()
            var gap = Gap(isAtStart: tokens.isEmpty)
            gap.read(bytes[previousEnd..<token.start])
            tokens.append(
                CommentedToken(
                    kind: token.kind,
                    text: lexer.text(of: token),
                    comments: gap.comments,
                    isAfterBlankLine: gap.lineBreaks > 1
                )
            )
            if token.kind == .end { return tokens }
            previousEnd = token.end
        }
    }

    // What stands between two tokens: space and comments.
    private struct Gap {
        var comments: [Comment] = []
        // Since the last comment, or since the token before.
        var lineBreaks = 0
        let isAtStart: Bool

        init(isAtStart: Bool) { self.isAtStart = isAtStart }

        mutating func read(_ bytes: ArraySlice<UInt8>) {
            var position = bytes.startIndex
            while position < bytes.endIndex {
                switch bytes[position] {
                case UInt8(ascii: "/"):
                    let end = bytes[position...].firstIndex { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
                    var text = bytes[position..<(end ?? bytes.endIndex)]
                    position = text.endIndex
                    while text.last == UInt8(ascii: " ") || text.last == UInt8(ascii: "\t") { text.removeLast() }
                    comments.append(
                        Comment(
                            text: String(decoding: text, as: UTF8.self),
                            isOwnLine: lineBreaks > 0 || !comments.isEmpty || isAtStart,
                            isAfterBlankLine: lineBreaks > 1
                        )
                    )
                    lineBreaks = 0
                case UInt8(ascii: "\n"):
                    lineBreaks += 1
                    position += 1
                case UInt8(ascii: "\r"):
                    // Together with a line feed it is one break.
                    if position + 1 >= bytes.endIndex || bytes[position + 1] != UInt8(ascii: "\n") { lineBreaks += 1 }
                    position += 1
                default: position += 1
                }
            }
        }
    }
}
