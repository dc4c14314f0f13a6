// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension Policy {
    /// The policies in `text`, in source order.
    ///
    /// The whole of Cedar 4.5 is accepted, templates included, and nothing else; a text without a policy is valid.
    /// - Parameter id: names the policy at a place, counted from 0; `policy0`, `policy1` and so on unless given.
    public static func parse(
        _ text: String,
        limits: ParserLimits = .standard,
        id: (Int) -> Text = Policy.numbered
    ) throws(ParseError) -> [Policy] {
        try parse(Array(text.utf8), limits: limits, id: id)
    }

    /// The policies in `bytes`, which must be UTF-8.
    public static func parse(
        _ bytes: [UInt8],
        limits: ParserLimits = .standard,
        id: (Int) -> Text = Policy.numbered
    ) throws(ParseError) -> [Policy] {
        try Lexer.check(bytes, maximumBytes: limits.maximumBytes)
        var parser = try PolicyParser(bytes, limits: limits)
        var policies: [Policy] = []
        while let body = try parser.policy() {
            policies.append(Policy(id: id(policies.count), body: body))
        }
        return policies
    }

    /// The id a policy has by default: `policy` and its place, counted from 0.
    public static func numbered(_ index: Int) -> Text {
        Text("policy\(index)")
    }
}
