// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

/// `uid("User::alice")`, for tests only.
func uid(_ text: String) throws -> EntityUID {
    let parts = text.split(separator: "::", omittingEmptySubsequences: false).map(String.init)
    return try #require(EntityUID(type: parts.dropLast().joined(separator: "::"), id: parts.last ?? ""))
}

/// The set of the policies in `text`.
func policies(_ text: String) throws -> PolicySet { try PolicySet(parsing: text) }

/// The policy `permit (principal, action, resource) when { condition };`.
func permit(when condition: String) -> String {
    "permit (principal, action, resource) when { \(condition)\n};"
}

/// The error that parsing `text` gives.
func parseError(_ text: String) -> ParseError? {
    do throws(ParseError) {
        _ = try Policy.parse(text)
        return nil
    } catch {
        return error
    }
}

func json(_ text: String) throws -> JSONValue { try JSONValue(parsing: text) }

/// A generator whose run can be repeated: tests print its seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    // SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    static func freshSeed() -> UInt64 { UInt64.random(in: 0...UInt64.max) }
}
