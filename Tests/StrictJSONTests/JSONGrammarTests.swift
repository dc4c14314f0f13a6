// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing

@Suite("The grammar of RFC 8259")
struct JSONGrammarTests {
    @Test(
        "Accepted, and what it becomes",
        arguments: [
            ("null", .null), ("true", .bool(true)), ("false", .bool(false)), (" \t\r\n1 \t\r\n", .integer(1)),
            ("0", .integer(0)),
            ("-0", .integer(0)), ("-1", .integer(-1)), ("9223372036854775807", .integer(.max)),
            ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .number("9223372036854775808")),
            ("-9223372036854775809", .number("-9223372036854775809")),
            ("1.0", .number("1.0")), ("0.5", .number("0.5")), ("-0.0", .number("-0.0")), ("1e5", .number("1e5")),
            ("1E+5", .number("1E+5")),
            ("1.5e-7", .number("1.5e-7")), ("0e0", .number("0e0")), ("1e999999", .number("1e999999")),
            (#""""#, .string("")),
            (#""a""#, .string("a")), (#""\"\\\/\b\f\n\r\t""#, .string("\"\\/\u{8}\u{C}\n\r\t")),
            (#""\u0000""#, .string("\u{0}")),
            (#""\u00e9""#, .string("\u{E9}")), (#""\ud83d\uDE00""#, .string("\u{1F600}")),
            (#""\uD800\udc00""#, .string("\u{10000}")),
            (#""\udbff\uDFFF""#, .string("\u{10FFFF}")), (#""\uFFFF\uFFFE""#, .string("\u{FFFF}\u{FFFE}")),
            ("\"\u{7F}\u{2028}\u{FEFF}\"", .string("\u{7F}\u{2028}\u{FEFF}")),
            ("[]", .array([])), ("[ ]", .array([])),
            ("[1,[2,[]]]", .array([.integer(1), .array([.integer(2), .array([])])])),
            ("{}", .object(JSONObject())), ("{ }", .object(JSONObject())),
            (#"{"":0}"#, .object(JSONObject([("", .integer(0))]))),
            (#"{ "a" : 1 , "b" : null }"#, .object(JSONObject([("a", .integer(1)), ("b", .null)]))),
        ] as [(String, JSONValue)]
    )
    func accepted(_ text: String, _ expected: JSONValue) throws { #expect(try JSONValue(parsing: text) == expected) }

    @Test(
        "Refused",
        arguments: [
            "", " ", "\n", "nul", "nulL", "NULL", "True", "truefalse", "tru e", "nan", "NaN", "Infinity", "-Infinity",
            "undefined", "+1", "-", "--1", "- 1",
            "01", "00", "-01", "-00", "1.", ".5", "-.5", "1.e5", "1e", "1e+", "1E-", "1e1.5", "1.2.3", "1_000", "0x10",
            "1a", "1 2", "0b1", "1.0f", "\u{FF11}",
            "\"", "\"a", "a\"", "'a'", "\"\\\"", "\"\\", #""\a""#, #""\'""#, #""\0""#, #""\x41""#, #""\u""#, #""\u12""#,
            #""\u123""#, #""\u123g""#, #""\U0041""#,
            #""\u 123""#, #""\u+123""#, "\"\u{0}\"", "\"\n\"", "\"\t\"", "\"\u{1F}\"", #""a" "b""#, "[", "]", "[1",
            "[1,", "[1,]", "[,1]", "[,]", "[1 2]", "[1,,2]",
            "[1]]", "[[1]", "[}", "[1}", "{", "}", "{]", #"{"a"}"#, #"{"a":}"#, #"{"a":1"#, #"{"a":1,"#, #"{"a":1,}"#,
            #"{,"a":1}"#, #"{"a" 1}"#, #"{"a"::1}"#,
            #"{"a":1 "b":2}"#, "{a:1}", "{1:1}", "{null:1}", "{'a':1}", #"{"a":1;"b":2}"#, #"{"a":1}}"#, #"{"a":1},"#,
            "[1],", "/* */1", "1 // x", "# x\n1", "\u{FEFF}1",
            "\u{A0}1", "1\u{0}", "\u{0}", "\u{C}1", "\u{B}1", "[1]\u{2028}", "{}{}", "[][]", "``", "<a>", "\\u0031",
        ]
    )
    func refused(_ text: String) { #expect(throws: JSONError.self) { try JSONValue(parsing: text) } }

    @Test(
        "Half a surrogate pair is no scalar",
        arguments: [
            #""\ud800""#, #""\udc00""#, #""\ud800x""#, #""\ud800\n""#, #""\ud800\u0041""#, #""\ud800\ud800""#,
            #""\udc00\ud800""#, #""\udbff""#,
            #""\ud83d\ude0""#, #"{"\ud800":1}"#, #""\ud83d\\ude00""#,
        ]
    )
    func surrogates(_ text: String) { #expect(throws: JSONError.self) { try JSONValue(parsing: text) } }

    @Test(
        "Bytes that are not UTF-8",
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF],
            [0xE1, 0x80], [0xED, 0xA0, 0x80],
            [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80],
            [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80],
            [0xFE], [0xFF], [0xE2, 0x28, 0xA1], [0xF0, 0x9F, 0x98], [0xC3, 0xA9, 0xA9], [0xF0, 0x28, 0x8C, 0xBC],
            [0xF0, 0x90, 0x28, 0xBC], [0xF0, 0x90, 0x8C, 0x28],
        ] as [[UInt8]]
    )
    func notUTF8(_ bytes: [UInt8]) {
        for (before, after) in [("\"", "\""), ("\"ab", "c\""), ("\"\\n", "\""), ("\"", "")] {
            #expect(throws: JSONError.self) { try JSONValue(parsing: Array(before.utf8) + bytes + Array(after.utf8)) }
        }
        #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
    }

    @Test(
        "Every scalar, plain and escaped, at the borders of its encoding",
        arguments: [
            0x20, 0x7F, 0x80, 0x7FF, 0x800, 0xFFF, 0x1000, 0xCFFF, 0xD7FF, 0xE000, 0xFFFD, 0xFFFF, 0x10000, 0x3FFFF,
            0x40000, 0xFFFFF, 0x100000, 0x10FFFF,
        ] as [UInt32]
    )
    func scalars(_ code: UInt32) throws {
        let scalar = try #require(Unicode.Scalar(code))
        let text = String(Character(scalar))
        #expect(try JSONValue(parsing: "\"x\(text)y\"") == .string("x\(text)y"))
        let escape = text.utf16.map { unit in
            let digits = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
        #expect(try JSONValue(parsing: "\"\(escape)\"") == .string(text))
    }
}
