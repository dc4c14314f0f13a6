// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Reads the query of a URL the way that handlers usually do: `name=value` pairs, percent-encoded, `+` for a space.
enum QueryText {
    /// All values of the parameter `name`, decoded.
    ///
    /// - Throws: ``RequestFault`` when the query is not percent-encoded UTF-8.
    static func values(of name: String, in query: String?) throws(RequestFault) -> [String] {
        guard let query else { return [] }
        var values: [String] = []
        for pair in query.utf8.split(separator: UInt8(ascii: "&")) {
            let cut = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            // The name is decoded, too: `am%6Funt` is `amount` to the handler.
            guard try decode(pair[..<cut]).utf8.elementsEqual(name.utf8) else { continue }
            values.append(try decode(cut == pair.endIndex ? pair[cut...] : pair[pair.index(after: cut)...]))
        }
        return values
    }

    private static func decode(_ text: Substring.UTF8View) throws(RequestFault) -> String {
        let fault = RequestFault("the query is not percent-encoded UTF-8")
        var bytes: [UInt8] = []
        var rest = text[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(0x20)
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                    throw fault
                }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else { throw fault }
        return decoded
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
