// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import TrustModel

/// Names for operations: their ids in the document by the grammar of names, each given out once.
struct OperationNames {
    private var taken: Set<String>

    /// Names but those that are taken already.
    init(taken: Set<String> = []) { self.taken = taken }

    /// A name of an operation, which nothing gets again.
    ///
    /// - Parameters:
    ///   - id: Its `operationId`, as `listOrders`.
    ///   - method: Its method; with the path it makes a name where there is no id.
    ///   - path: Its path.
    mutating func name(id: String?, method: String, path: String) -> String {
        var base = Self.normalized(id ?? "")
        if base.isEmpty { base = Self.normalized("\(method.lowercased())-\(path)") }
        if base.isEmpty { base = "operation" }
        var name = base
        var number = 1
        while !taken.insert(name).inserted {
            number += 1
            let tail = "-\(number)"
            name = String(decoding: base.utf8.prefix(63 - tail.utf8.count), as: UTF8.self) + tail
        }
        return name
    }

    /// `listOrders` as `list-orders`, `getHTTPStatus` as `get-http-status`: lower case, what a name can't hold as one
    /// hyphen, at most 63 bytes.
    static func normalized(_ text: String) -> String {
        var bytes: [UInt8] = []
        let source = Array(text.utf8.prefix(1024))
        for (index, byte) in source.enumerated() {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"):
                if begins(source, index) { hyphen(&bytes) }
                bytes.append(byte | 0x20)
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): bytes.append(byte)
            case UInt8(ascii: "."), UInt8(ascii: "_"): if !bytes.isEmpty { bytes.append(byte) }
            default: hyphen(&bytes)
            }
        }
        bytes = Array(bytes.prefix(63))
        while let last = bytes.last, [UInt8](".-_".utf8).contains(last) { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whether a capital begins a word: after a small letter or digit, or as the last of several before a small one.
    private static func begins(_ text: [UInt8], _ index: Int) -> Bool {
        guard index > 0 else { return false }
        let before = text[index - 1]
        if isSmall(before) { return true }
        guard (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(before), index + 1 < text.count else { return false }
        return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(text[index + 1])
    }

    private static func isSmall(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func hyphen(_ bytes: inout [UInt8]) {
        guard let last = bytes.last, last != UInt8(ascii: "-") else { return }
        bytes.append(UInt8(ascii: "-"))
    }
}
