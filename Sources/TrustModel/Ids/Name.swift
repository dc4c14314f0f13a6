// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The grammar of names, purposes and boundaries: plain ASCII words that may stand in a log for ever.
///
/// A name is what policies and YAML use for an object. It is permanent and never used again, so a policy that names an
/// object can never come to mean another. Nothing personal belongs in one: free text is sealed (``SealedText``).
public enum Name {
    /// Whether `text` is a name: 1 to 63 of `a-z 0-9 . _ -`, beginning with a letter or digit.
    public static func isValid(_ text: String) -> Bool { matches(text, limit: 63, slash: false) }

    /// Whether `text` is a term (a purpose, a boundary, a label): as a name, up to 128 characters, with `/` and `:`.
    public static func isTerm(_ text: String) -> Bool { matches(text, limit: 128, slash: true) }

    private static func matches(_ text: String, limit: Int, slash: Bool) -> Bool {
        var count = 0
        for byte in text.utf8 {
            count += 1
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): break
            case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): if count == 1 { return false }
            case UInt8(ascii: "/"), UInt8(ascii: ":"): if count == 1 || !slash { return false }
            default: return false
            }
            if count > limit { return false }
        }
        return count > 0
    }
}
