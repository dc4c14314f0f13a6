// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// The value of a document's text, whichever of the two forms it has.
struct DocumentText {
    let value: JSONValue
    /// The names that stand twice.
    let remarks: [Remark]

    /// Reads a text; its first character tells which form it has.
    init(_ bytes: [UInt8], limits: DocumentLimits) throws(PostureError) {
        guard bytes.count <= limits.maximumBytes else {
            throw PostureError(.size, "the document has more than \(limits.maximumBytes >> 20) MiB")
        }
        guard !bytes.starts(with: [0xFF, 0xFE]), !bytes.starts(with: [0xFE, 0xFF]) else {
            throw PostureError(.encoding, "the document is UTF-16; save it as UTF-8")
        }
        if let place = bytes.firstIndex(of: 0) {
            let line = bytes[..<place].count { $0 == UInt8(ascii: "\n") } + 1
            throw PostureError(.encoding, line: line, "the document holds a NUL byte")
        }
        // Editors of one platform write a byte order mark, and other people's documents have one.
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        guard let first = text.first(where: { $0 > 0x20 }) else { throw PostureError(.syntax, "the document is empty") }
        guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else {
            (value, remarks) = try Self.yaml(text, limits)
            return
        }
        do throws(PostureError) {
            (value, remarks) = try Self.json(text, limits)
        } catch {
            // What begins as JSON may also be YAML's flow style. If it is neither, the error of JSON says more.
            guard error.code == .syntax else { throw error }
            do throws(PostureError) { (value, remarks) = try Self.yaml(text, limits) } catch let other {
                throw other.code == .syntax ? error : other
            }
        }
    }

    private static func json(
        _ bytes: [UInt8],
        _ limits: DocumentLimits
    ) throws(PostureError) -> (JSONValue, [Remark]) {
        do throws(JSONError) {
            var repeated: [JSONError] = []
            let value = try JSONValue(
                parsingLastMembersOf: bytes,
                limits: JSONLimits(
                    maximumBytes: limits.maximumBytes,
                    maximumDepth: limits.maximumDepth,
                    maximumValues: limits.maximumValues
                ),
                repeated: &repeated
            )
            return (value, repeated.map { Remark("line \($0.line)", $0.message) })
        } catch {
            let code: PostureError.Code =
                switch error.code {
                case .depth: .depth
                case .size: .size
                case .encoding: .encoding
                default: .syntax
                }
            throw PostureError(code, line: error.line, column: error.column, error.message)
        }
    }

    private static func yaml(
        _ bytes: [UInt8],
        _ limits: DocumentLimits
    ) throws(PostureError) -> (JSONValue, [Remark]) {
        var builder = try YAMLTree(bytes, limits: limits)
        let value = try builder.document()
        return (value, builder.remarks)
    }
}
