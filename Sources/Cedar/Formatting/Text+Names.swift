// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension Text {
    /// Whether it can be written as a name: an identifier that is no reserved word. Anything else stands in quotes.
    var isName: Bool { isIdentifier && !ReservedWord.contains(string) }

    /// Whether it is an identifier, reserved words included: what annotations may be called.
    var isIdentifier: Bool {
        guard let first = string.utf8.first, first.startsIdentifier else { return false }
        return string.utf8.allSatisfy(\.continuesIdentifier)
    }

    /// The text as a key of a record or behind `has`: a name where it is one, a string where not.
    var asKey: String { isName ? string : quoted }
}

extension LikePattern {
    /// The pattern as Cedar text, quotes included; stars that stand for themselves are escaped.
    public var quoted: String {
        var result = "\""
        for (index, piece) in pieces.enumerated() {
            if index > 0 { result += "*" }
            // Scalars, not characters: a quote and an accent behind it are one character.
            for scalar in Text(String(decoding: piece, as: UTF8.self)).quoted.unicodeScalars.dropFirst().dropLast() {
                if scalar == "*" { result += "\\" }
                result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
