// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension JSONParser {
    /// A string literal at `position`, its escapes resolved.
    mutating func string() throws(JSONError) -> String {
        position += 1
        let start = position
        // Most strings are ASCII without escapes: those become a String in one copy.
        while position < input.count {
            let byte = input[position]
            if byte == UInt8(ascii: "\"") {
                let text = String(decoding: input[start..<position], as: UTF8.self)
                position += 1
                return text
            }
            if byte == UInt8(ascii: "\\") || byte < 0x20 || byte >= 0x80 { break }
            position += 1
        }
        var bytes = Array(input[start..<position])
        while position < input.count {
            let byte = input[position]
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return String(decoding: bytes, as: UTF8.self)
            case UInt8(ascii: "\\"):
                try escape(into: &bytes)
            case 0..<0x20:
                throw failure(.syntax, "a control character stands unescaped in a string")
            case 0x20..<0x80:
                bytes.append(byte)
                position += 1
            default:
                try multibyte(into: &bytes)
            }
        }
        throw failure(.syntax, "the text ends within a string")
    }

    private mutating func escape(into bytes: inout [UInt8]) throws(JSONError) {
        let start = position
        position += 1
        guard position < input.count else { throw failure(.syntax, "the text ends within a string") }
        let letter = input[position]
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(letter)
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0C)
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "u"):
            var code = try hexUnit()
            if (0xD800..<0xDC00).contains(code), consume(UInt8(ascii: "\\")), consume(UInt8(ascii: "u")) {
                let low = try hexUnit()
                if (0xDC00..<0xE000).contains(low) {
                    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
                }
            }
            guard let scalar = Unicode.Scalar(code) else {
                position = start
                throw failure(.encoding, "this escape is one half of a surrogate pair")
            }
            bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        default:
            position = start
            throw failure(.syntax, "unknown escape in a string")
        }
    }

    private mutating func hexUnit() throws(JSONError) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard position < input.count else { throw failure(.syntax, "the text ends within a string") }
            let byte = input[position]
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw failure(.syntax, "a hexadecimal digit is expected here")
            }
            unit = unit << 4 | UInt32(digit)
            position += 1
        }
        return unit
    }

    /// One multi-byte scalar, checked against the well-formed sequences of the Unicode Standard, table 3-7.
    private mutating func multibyte(into bytes: inout [UInt8]) throws(JSONError) {
        let first = input[position]
        let second: ClosedRange<UInt8>
        let length: Int
        switch first {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xE1...0xEC, 0xEE...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw failure(.encoding, "the text is not UTF-8")
        }
        guard position + length <= input.count, second.contains(input[position + 1]),
            input[(position + 2)..<max(position + 2, position + length)].allSatisfy({ $0 & 0xC0 == 0x80 })
        else { throw failure(.encoding, "the text is not UTF-8") }
        bytes.append(contentsOf: input[position..<(position + length)])
        position += length
    }
}
