// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Finds the one member of a key set that a token means.
///
/// Entries that could not be used stay in the count: a set of one usable and one broken key is still no single-key
/// set, and two members of one `kid` are ambiguous even when only one of them is sound.
struct KeyDirectory<Key: Sendable>: Sendable {
    struct Entry: Sendable {
        let keyID: String?
        let key: Result<Key, JOSEError>
    }

    let entries: [Entry]

    /// The key for a token whose header has this `kid`, or none.
    func key(for keyID: String?) -> Result<Key, JOSEError> {
        guard let keyID else {
            // OpenID Connect Core section 10.1: with more than one key in the set, a token names its key.
            guard let only = entries.first, entries.count == 1 else {
                return .failure(
                    entries.isEmpty
                        ? JOSEError(.keyUnknown, "the key set is empty")
                        : JOSEError(.keyAmbiguous, "the token has no 'kid' and the key set has more than one key")
                )
            }
            return only.key
        }
        var found: Entry?
        for entry in entries {
            guard let candidate = entry.keyID, candidate.utf8.elementsEqual(keyID.utf8) else { continue }
            guard found == nil else {
                return .failure(JOSEError(.keyAmbiguous, "two keys of the set have the token's 'kid'"))
            }
            found = entry
        }
        return found?.key ?? .failure(JOSEError(.keyUnknown, "no key of the set has the token's 'kid'"))
    }
}
