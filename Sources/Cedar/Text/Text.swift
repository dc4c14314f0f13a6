// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A string as Cedar sees it: a sequence of Unicode scalars, equal only when every scalar is equal.
///
/// Swift's `String` calls canonically equivalent strings equal ("é" and "e" with an accent); Cedar does not, and an
/// identifier that is equal to another one by accident would be a hole. Order is the order of the UTF-8 bytes, which
/// is the order of the scalars.
public struct Text: Sendable {
    /// The same scalars as a Swift string; do not compare it with `==`.
    public let string: String

    /// The text with the scalars of `string`.
    public init(_ string: String) {
        self.string = string
    }
}

extension Text: Hashable {
    /// Whether both hold the same scalars.
    public static func == (left: Text, right: Text) -> Bool {
        // The same 16 bytes in hand: the same short string or the same storage. Nearly every "yes" ends here.
        if left.string._isIdentical(to: right.string) { return true }
        if left.string.utf8.count != right.string.utf8.count { return false }
        // Equal bytes imply canonical equivalence, so the fast built-in comparison may say no, but not yes.
        guard left.string == right.string else { return false }
        return left.string.utf8.elementsEqual(right.string.utf8)
    }

    /// Feeds the hash; texts that are equal are also canonically equivalent, so the string's own hash is right.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(string)
    }
}

extension Text: Comparable {
    /// Whether `left` comes first in the order of the UTF-8 bytes.
    public static func < (left: Text, right: Text) -> Bool {
        left.string.utf8.lexicographicallyPrecedes(right.string.utf8)
    }
}

extension Text: ExpressibleByStringLiteral, CustomStringConvertible {
    /// The text of a literal.
    public init(stringLiteral value: String) {
        self.init(value)
    }

    /// The string itself.
    public var description: String { string }
}
