// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Yams

/// Reads YAML as strictly as JSON.
///
/// A plain scalar is null (`null`, `~`, nothing), `true`, `false`, an integer without leading zeros that fits 64 bits,
/// or else a string: no dates, no floats, no sexagesimal numbers, and `no`, `on` and `1.10` are what they look like.
/// Duplicate keys, anchors, aliases and tags other than `!!str` are refused.
enum YAMLReader {
    /// The most bytes of a text.
    static let maximumBytes = 4 << 20
    /// The deepest nesting.
    static let maximumDepth = 32
    /// The most values of a text.
    static let maximumValues = 200_000

    /// The documents of a text, in order, without the empty ones.
    static func documents(_ bytes: [UInt8]) throws(YAMLFailure) -> [YAMLDocument] {
        guard bytes.count <= maximumBytes else {
            throw YAMLFailure(1, 1, "the text has more than \(maximumBytes >> 20) MiB")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw YAMLFailure(1, 1, "the text is not UTF-8")
        }
        try refuseAliases(bytes)
        do {
            // A node knows its anchor only as long as its parser lives, so each is read before the parser goes on.
            let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            var builder = YAMLBuilder()
            var documents: [YAMLDocument] = []
            var number = 0
            while let root = try parser.nextRoot() {
                number += 1
                let (value, places) = try builder.document(root)
                if !value.isNull { documents.append(YAMLDocument(number: number, value: value, places: places)) }
            }
            return withExtendedLifetime(parser) { documents }
        } catch {
            throw failure(error, in: text)
        }
    }

    /// The parser resolves aliases while it reads and compares whole keys, so a few lines of aliases of aliases would
    /// cost it hours. A text with a handful of words that look like one is left to the parser, which knows what is one.
    private static func refuseAliases(_ bytes: [UInt8]) throws(YAMLFailure) {
        var (anchors, aliases, line) = (0, 0, 1)
        var before = UInt8(ascii: "\n")
        for (index, byte) in bytes.enumerated() {
            defer { before = byte }
            if byte == UInt8(ascii: "\n") { line += 1 }
            guard byte == UInt8(ascii: "&") || byte == UInt8(ascii: "*"), opens(before), index + 1 < bytes.count,
                bytes[index + 1] > UInt8(ascii: " "), bytes[index + 1] != byte
            else { continue }
            if byte == UInt8(ascii: "&") { anchors += 1 } else { aliases += 1 }
            guard anchors == 0 || aliases <= 16 else {
                throw YAMLFailure(line, 1, "anchors and aliases are not read here; write the value again")
            }
        }
    }

    /// Whether an anchor or alias may stand after `byte`.
    private static func opens(_ byte: UInt8) -> Bool {
        byte <= UInt8(ascii: " ") || [UInt8]("[]{},:?-!".utf8).contains(byte)
    }

    private static func failure(_ error: any Error, in text: String) -> YAMLFailure {
        if let failure = error as? YAMLFailure { return failure }
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return YAMLFailure(mark.line, mark.column, problem)
        case .duplicatedKeysInMapping(let keys, let context):
            let names = keys.map { "'\(Printable.text($0))'" }.joined(separator: ", ")
            return YAMLFailure(context.mark.line, context.mark.column, "\(names) stands twice in one mapping")
        case .reader(let problem, let offset, _, _):
            let before = text.prefix(offset ?? 0)
            let line = before.utf8.reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
            return YAMLFailure(line, 1, problem)
        default: return YAMLFailure(1, 1, "the text is no YAML")
        }
    }
}
