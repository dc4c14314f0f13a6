// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// Bounds of Cedar's JSON policy form.
///
/// The form nests two levels for each operator, and a chain `a && b && c` nests once for each `&&`, so it is far deeper
/// than other JSON.
public enum PolicyForm {
    /// The deepest nesting of objects and arrays that is read or written; a chain of a little more than a hundred
    /// operators. The reference implementation reads half of that.
    public static let maximumDepth = 256

    /// The most values one policy may take in JSON. What is short as text can be long here: `x has a.b.c` repeats `x`
    /// for every name.
    public static let maximumValues = 1 << 20

    /// What bytes of this form may cost to parse: give these to the JSON parser.
    public static let limits = JSONLimits(
        maximumBytes: 64 << 20,
        maximumDepth: maximumDepth,
        maximumValues: 1 << 24
    )
}
