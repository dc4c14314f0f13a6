// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Cuts policy or schema text into tokens, one at a time.
struct Lexer {
    let bytes: [UInt8]
    // In policies `?` begins a template slot; in schemas it stands alone, behind an optional attribute.
    private let hasSlots: Bool
    private(set) var offset = 0

    init(_ bytes: [UInt8], hasSlots: Bool = true) {
        self.bytes = bytes
        self.hasSlots = hasSlots
    }

    /// The next token; at the end of the text, `.end` again and again.
    mutating func next() throws(ParseError) -> Token {
        skipSpace()
        let start = offset
        guard start < bytes.count else { return Token(kind: .end, start: start, end: start) }
        let kind = try scan(bytes[start])
        return Token(kind: kind, start: start, end: offset)
    }

    /// An error at `position`, a byte offset.
    func error(_ code: ParseError.Code, _ message: String, at position: Int) -> ParseError {
        ParseError(code, message, at: SourcePosition(offset: position, in: bytes))
    }

    // Longest match first: `==` before `=`. A single `=`, `/` or `%` is a token too, so that the parser can say what
    // is wrong with it.
    private mutating func scan(_ first: UInt8) throws(ParseError) -> Token.Kind {
        switch first {
        case _ where first.startsIdentifier:
            scan(while: \.continuesIdentifier)
            return .identifier
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            scan { $0.decimalDigit != nil }
            return .number
        case UInt8(ascii: "\""): return try string()
        case UInt8(ascii: "?"): return hasSlots ? try slot() : one(.question)
        case UInt8(ascii: "@"): return one(.at)
        case UInt8(ascii: "."): return one(.dot)
        case UInt8(ascii: ","): return one(.comma)
        case UInt8(ascii: ";"): return one(.semicolon)
        case UInt8(ascii: "("): return one(.leftParenthesis)
        case UInt8(ascii: ")"): return one(.rightParenthesis)
        case UInt8(ascii: "{"): return one(.leftBrace)
        case UInt8(ascii: "}"): return one(.rightBrace)
        case UInt8(ascii: "["): return one(.leftBracket)
        case UInt8(ascii: "]"): return one(.rightBracket)
        case UInt8(ascii: "+"): return one(.plus)
        case UInt8(ascii: "-"): return one(.minus)
        case UInt8(ascii: "*"): return one(.star)
        case UInt8(ascii: "/"): return one(.slash)
        case UInt8(ascii: "%"): return one(.percent)
        case UInt8(ascii: ":"): return two(":", .pathSeparator, else: .colon)
        case UInt8(ascii: "="): return two("=", .equal, else: .assign)
        case UInt8(ascii: "!"): return two("=", .notEqual, else: .not)
        case UInt8(ascii: "<"): return two("=", .lessOrEqual, else: .less)
        case UInt8(ascii: ">"): return two("=", .greaterOrEqual, else: .greater)
        case UInt8(ascii: "&") where following == UInt8(ascii: "&"): return two("&", .and, else: .and)
        case UInt8(ascii: "|") where following == UInt8(ascii: "|"): return two("|", .or, else: .or)
        // Editors put it before a text, and show it to nobody.
        case 0xEF where bytes[offset...].starts(with: [0xEF, 0xBB, 0xBF]):
            throw error(.token, "a byte order mark (U+FEFF) stands here; save the text without it", at: offset)
        default:
            throw error(.token, "this character begins nothing that Cedar knows", at: offset)
        }
    }

    private var following: UInt8? { offset + 1 < bytes.count ? bytes[offset + 1] : nil }

    private mutating func one(_ kind: Token.Kind) -> Token.Kind {
        offset += 1
        return kind
    }

    // `kind` when the second character follows, `single` otherwise.
    private mutating func two(_ second: Unicode.Scalar, _ kind: Token.Kind, else single: Token.Kind) -> Token.Kind {
        guard following == UInt8(ascii: second) else { return one(single) }
        offset += 2
        return kind
    }

    private mutating func scan(while belongs: (UInt8) -> Bool) {
        while offset < bytes.count, belongs(bytes[offset]) { offset += 1 }
    }

    private mutating func slot() throws(ParseError) -> Token.Kind {
        guard let next = following, next.startsIdentifier else {
            throw error(.token, "'?' begins a template slot: ?principal or ?resource", at: offset)
        }
        offset += 1
        scan(while: \.continuesIdentifier)
        return .slot
    }

    // The escapes are read later; here only the end is looked for. A line break may stand in a string, but not behind
    // a backslash.
    private mutating func string() throws(ParseError) -> Token.Kind {
        let start = offset
        offset += 1
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "\""):
                offset += 1
                return .string
            case UInt8(ascii: "\\"):
                guard let next = following, next != UInt8(ascii: "\n") else {
                    throw error(.escape, "a backslash must be followed by the character it escapes", at: offset)
                }
                offset += 2
            default: offset += 1
            }
        }
        throw error(.token, "this string has no closing quote", at: start)
    }

    // Comments reach to the end of the line; there are no others.
    private mutating func skipSpace() {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x09...0x0D, 0x20: offset += 1
            case UInt8(ascii: "/") where following == UInt8(ascii: "/"):
                scan { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
            default:
                let width = wideSpace
                guard width > 0 else { return }
                offset += width
            }
        }
    }

    // How many bytes the Unicode space here takes, 0 when there is none: U+0085, U+00A0, U+1680, U+2000 to U+200A,
    // U+2028, U+2029, U+202F, U+205F, U+3000.
    private var wideSpace: Int {
        guard let second = following else { return 0 }
        switch (bytes[offset], second) {
        case (0xC2, 0x85), (0xC2, 0xA0): return 2
        case (0xE1, 0x9A), (0xE2, 0x80), (0xE2, 0x81), (0xE3, 0x80):
            guard offset + 2 < bytes.count else { return 0 }
            switch (second, bytes[offset + 2]) {
            case (0x9A, 0x80): return 3
            case (0x80, 0x80...0x8A), (0x80, 0xA8), (0x80, 0xA9), (0x80, 0xAF):
                // U+3000 shares its second byte with the U+20xx block.
                return bytes[offset] == 0xE2 || bytes[offset + 2] == 0x80 ? 3 : 0
            case (0x81, 0x9F): return bytes[offset] == 0xE2 ? 3 : 0
            default: return 0
            }
        default: return 0
        }
    }
}

extension Lexer {
    /// Refuses bytes that are too many or not UTF-8.
    static func check(_ bytes: [UInt8], maximumBytes: Int) throws(ParseError) {
        guard bytes.count <= maximumBytes else {
            let start = SourcePosition(offset: 0, line: 1, column: 1)
            throw ParseError(.size, "the text is larger than \(maximumBytes) bytes", at: start)
        }
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: bytes.span)
        } catch {
            let position = SourcePosition(offset: error.byteOffsets.lowerBound, in: bytes)
            throw ParseError(.encoding, "the text is not UTF-8", at: position)
        }
    }
}
