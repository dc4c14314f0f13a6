// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Lays out policy text for people: one policy after the other with a blank line between, a scope on one line when it
/// fits, long conditions broken behind `&&` and `||`.
///
/// Only the space between the words changes, and commas behind the last element go. Every comment is kept, next to what
/// it stood by; names, strings, numbers and parentheses stay as they were written. Formatting what is formatted changes
/// nothing.
public enum PolicyFormatter {
    /// `text` laid out anew.
    ///
    /// - Parameters:
    ///   - width: how many Unicode scalars a line should have at most; what cannot be broken may be longer.
    ///   - indent: the spaces of one level.
    /// - Throws: ``ParseError`` when `text` is no policy text; nothing is laid out then.
    public static func format(
        _ text: String,
        width: Int = 80,
        indent: Int = 2,
        limits: ParserLimits = .standard
    ) throws(ParseError) -> String {
        let bytes = Array(text.utf8)
        _ = try Policy.parse(bytes, limits: limits)
        let tokens = try CommentedToken.all(in: bytes)
        var plan = LayoutPlan(tokens, indent: max(0, min(indent, 16)))
        plan.run()
        return LayoutPrinter(plan.items, width: max(1, width)).text
    }
}
