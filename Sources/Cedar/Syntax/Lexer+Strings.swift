// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension Lexer {
    /// The identifier, slot or number a token covers, as written.
    func text(of token: Token) -> String {
        String(decoding: bytes[token.start..<token.end], as: UTF8.self)
    }

    /// Whether a token is the word `word`; nothing is made of it.
    @inline(__always)
    func covers(_ token: Token, _ word: String) -> Bool {
        let utf8 = word.utf8
        guard utf8.count == token.end - token.start else { return false }
        var place = token.start
        for byte in utf8 {
            if bytes[place] != byte { return false }
            place += 1
        }
        return true
    }

    /// The text a string token stands for, its escapes replaced.
    func string(of token: Token) throws(ParseError) -> Text {
        // Most strings have no escape and no carriage return: they stand for themselves.
        let body = bytes[(token.start + 1)..<(token.end - 1)]
        if !body.contains(where: { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "\r") }) {
            return Text(String(decoding: body, as: UTF8.self))
        }
        let pieces = try pieces(of: token, isPattern: false)
        return Text(String(decoding: pieces[0], as: UTF8.self))
    }

    /// The pattern a string token stands for: here `*` is a wildcard and `\*` is a star.
    func pattern(of token: Token) throws(ParseError) -> LikePattern {
        LikePattern(pieces: try pieces(of: token, isPattern: true))
    }

    // The literal text between wildcards, escapes replaced; one piece when it is no pattern.
    private func pieces(of token: Token, isPattern: Bool) throws(ParseError) -> [[UInt8]] {
        var pieces: [[UInt8]] = [[]]
        var position = token.start + 1
        let end = token.end - 1
        while position < end {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\\"):
                let isEscapedStar = position + 1 < end && bytes[position + 1] == UInt8(ascii: "*")
                let scalar = try escape(at: &position, isPattern: isPattern)
                // A star written as a number is a wildcard too: only `\*` is a star.
                if isPattern && scalar == "*" && !isEscapedStar {
                    pieces.append([])
                    continue
                }
                pieces[pieces.count - 1] += Array(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            case UInt8(ascii: "\r"):
                // It would vanish or change when the file passes through an editor.
                throw error(.escape, "a bare carriage return may not stand in a string; write \\r", at: position)
            case UInt8(ascii: "*") where isPattern:
                pieces.append([])
                position += 1
            default:
                pieces[pieces.count - 1].append(byte)
                position += 1
            }
        }
        return pieces
    }

    // `position` is at the backslash and moves behind the sequence.
    private func escape(at position: inout Int, isPattern: Bool) throws(ParseError) -> Unicode.Scalar {
        let start = position
        let letter = bytes[start + 1]
        position += 2
        switch letter {
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "0"): return "\0"
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "'"): return "'"
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "*") where isPattern: return "*"
        case UInt8(ascii: "x"):
            // The token's closing quote follows at the latest, so these two bytes exist.
            guard let high = bytes[start + 2].hexadecimalDigit, let low = bytes[start + 3].hexadecimalDigit,
                high < 8
            else { throw error(.escape, "\\x takes two hexadecimal digits, at most 7F", at: start) }
            position += 2
            return Unicode.Scalar(UInt8(high * 16 + low))
        case UInt8(ascii: "u"): return try unicodeEscape(from: start, to: &position)
        default:
            let help = letter == UInt8(ascii: "*") ? "; \\* has a meaning only behind 'like'" : ""
            throw error(.escape, "strings have no such escape sequence\(help)", at: start)
        }
    }

    // One to six digits in braces; underscores may separate them, as in Rust, but not lead.
    private func unicodeEscape(from start: Int, to position: inout Int) throws(ParseError) -> Unicode.Scalar {
        // A function, because finding the position for an error reads the text from its beginning.
        func malformed() -> ParseError {
            error(.escape, "write a scalar as \\u{1F600}, with one to six hexadecimal digits", at: start)
        }
        guard bytes[position] == UInt8(ascii: "{") else { throw malformed() }
        position += 1
        var value: UInt32 = 0
        var digits = 0
        while bytes[position] != UInt8(ascii: "}") {
            if let digit = bytes[position].hexadecimalDigit, digits < 6 {
                value = value << 4 | UInt32(digit)
                digits += 1
            } else if bytes[position] != UInt8(ascii: "_") || digits == 0 {
                throw malformed()
            }
            position += 1
        }
        position += 1
        guard digits > 0 else { throw malformed() }
        guard let scalar = Unicode.Scalar(value) else {
            throw error(.escape, "there is no such Unicode scalar", at: start)
        }
        return scalar
    }
}
