// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The name of a note key, such as `log.example/control` (c2sp.org/signed-note, "Format").
///
/// Names compare by their UTF-8 bytes. Swift's own string equality takes canonically equivalent spellings for the same,
/// and then a look-alike could pass for a known key.
public struct KeyName: Sendable, Hashable, CustomStringConvertible {
    /// The name.
    public let text: String

    /// Throws `.key` when the name is empty or has a space of any script, a plus sign or a control character.
    public init(_ text: String) throws(TransparencyLogError) {
        let isUsable = text.unicodeScalars.allSatisfy { scalar in
            scalar.value >= 0x20 && scalar != "+" && !scalar.properties.isWhitespace
        }
        guard !text.isEmpty && isUsable else {
            throw TransparencyLogError(.key, "a key name is not empty and has no spaces, plus signs or controls")
        }
        self.text = text
    }

    /// The name itself.
    public var description: String {
        text
    }

    /// Compares the UTF-8 bytes.
    public static func == (lhs: KeyName, rhs: KeyName) -> Bool {
        lhs.text.utf8.elementsEqual(rhs.text.utf8)
    }

    /// Feeds the UTF-8 bytes.
    public func hash(into hasher: inout Hasher) {
        for byte in text.utf8 {
            hasher.combine(byte)
        }
    }
}
