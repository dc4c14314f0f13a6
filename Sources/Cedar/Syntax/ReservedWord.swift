// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The words that name nothing: no attribute, no type, no record key. (Annotations may use them.)
///
/// `permit`, `when`, `principal` and the like are words only where the grammar expects them and names elsewhere.
enum ReservedWord {
    private static let initials = "tfieilh_".utf8

    /// Whether `word` is reserved; `__cedar` belongs to the language itself.
    static func contains(_ word: String) -> Bool {
        // The longest is `__cedar`, and most names are longer or begin with another letter.
        guard let first = word.utf8.first, word.utf8.count <= 7, Self.initials.contains(first) else { return false }
        return switch word {
        case "true", "false", "if", "then", "else", "in", "is", "like", "has", "__cedar": true
        default: false
        }
    }
}
