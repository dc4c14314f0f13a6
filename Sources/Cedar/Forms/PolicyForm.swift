// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// Bounds of Cedar's JSON policy form.
///
/// The form nests two levels for each operator, and a chain `a && b && c` nests once for each `&&`, so it is far deeper
/// than other JSON.
public enum PolicyForm {
    /// The deepest nesting of objects and arrays that is read or written, where the reference implementation reads 128.
    ///
    /// Two levels for each of the 128 that ``ParserLimits`` allows a text, two for each operand of the longest chain that
    /// is written from the left, ``maximumChain``, and room for sums, which are always written so. It is bounded by what
    /// a thread with a stack of 512 KiB releases at once.
    public static let maximumDepth = 1024

    /// The most operands of an `&&` or `||` that are written as the reference implementation writes them where room is
    /// scarce: each in the left operand of the next. More are written in pairs of pairs, which nest a few levels only
    /// and mean the same; of so many the brackets among them are not kept when they are read.
    static let maximumChain = 256

    /// The most values one policy may take in JSON. What is short as text can be long here: `x like "abc"` has an object
    /// for every letter.
    public static let maximumValues = 1 << 20

    /// What bytes of this form may cost to parse: give these to the JSON parser.
    public static let limits = JSONLimits(
        maximumBytes: 64 << 20,
        maximumDepth: maximumDepth,
        maximumValues: 1 << 24
    )
}
