// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// Reads YAML as strictly as JSON.
///
/// A plain scalar is null (`null`, `~`, nothing), `true`, `false`, an integer without leading zeros that fits 64 bits,
/// or else a string: no dates, no sexagesimal numbers, and `no`, `on` and `0x1F` are what they look like. Duplicate keys,
/// anchors, aliases and tags other than `!!str` are refused: where they stand, before anything is made of them.
public enum YAMLReader {
    /// The most bytes of a text.
    public static let maximumBytes = 4 << 20
    /// The deepest nesting.
    public static let maximumDepth = 32
    /// The most values of a text.
    public static let maximumValues = 200_000
    /// The most bytes of the JSON pointers of all values together.
    public static let maximumPointerBytes = 64 << 20

    /// What `1.10` is, and `1e3`, and an integer that 64 bits do not hold.
    public enum Fractions: Sendable {
        /// A string, as versions and the like are meant.
        case texts
        /// A number, as JSON reads it.
        case numbers
    }

    /// The documents of a text, in order, without the empty ones.
    ///
    /// - Throws: ``YAMLFailure`` for what is no YAML, or is not read here.
    public static func documents(
        _ bytes: [UInt8],
        fractions: Fractions = .texts
    ) throws(YAMLFailure) -> [YAMLDocument] {
        guard bytes.count <= maximumBytes else {
            throw YAMLFailure(.size, 1, 1, "the text has more than \(maximumBytes >> 20) MiB")
        }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw YAMLFailure(.encoding, 1, 1, "the text is not UTF-8")
        }
        var builder = YAMLBuilder(events: try YAMLEvents(bytes), fractions: fractions)
        var documents: [YAMLDocument] = []
        var number = 0
        while let document = try builder.document(number: number + 1) {
            number += 1
            if !document.value.isNull { documents.append(document) }
        }
        return documents
    }
}
