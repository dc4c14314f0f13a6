// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing

@Suite struct JSONWriterTests {
    /// What has to be escaped is found wherever it stands in a string, and nothing else is.
    @Test func everyByteAtEveryPlaceIsWrittenAsOneByOne() throws {
        let special: [Unicode.Scalar] = [
            "\"", "\\", "\0", "\n", "\u{1F}", "\u{20}", "!", "[", "]", "#", "\u{7F}", "é", "\u{10FFFF}",
        ]
        for length in 0...19 {
            for place in 0...length {
                for scalar in special {
                    var scalars = Array(repeating: Unicode.Scalar("x"), count: length)
                    scalars.insert(scalar, at: place)
                    let text = String(String.UnicodeScalarView(scalars))
                    var writer = JSONWriter()
                    writer.string(text)
                    #expect(writer.bytes == Self.quoted(text), "\(text.debugDescription)")
                    #expect(try JSONValue(parsing: writer.bytes) == .string(text))
                }
            }
        }
    }

    private static func quoted(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = [0x22]
        for byte in text.utf8 {
            switch byte {
            case 0x22: bytes += Array("\\\"".utf8)
            case 0x5C: bytes += Array("\\\\".utf8)
            case 0x0A: bytes += Array("\\n".utf8)
            case 0..<0x20: bytes += Array("\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8)
            default: bytes.append(byte)
            }
        }
        return bytes + [0x22]
    }

    @Test func plainAndRawTextsTakeTheirPlacesAmongOthers() {
        var writer = JSONWriter()
        writer.beginArray()
        writer.plain(Array("a-1".utf8).span)
        writer.raw(Array("{}".utf8))
        writer.plain([UInt8]().span)
        writer.endArray()
        #expect(writer.bytes == Array(#"["a-1",{},""]"#.utf8))
    }
}
