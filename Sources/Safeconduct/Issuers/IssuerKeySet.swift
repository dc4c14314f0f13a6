// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE

/// The keys of an issuer and the ids that they go by.
struct IssuerKeySet: Sendable {
    let set: JWKSet
    /// How many members the set has, usable or not: what it costs to remember.
    let count: Int
    private let ids: [String]

    init(_ set: JWKSet) {
        self.set = set
        let (keys, skipped) = (set.keys, set.skipped)
        count = keys.count + skipped.count
        // A key that can't be used is no unknown one: asking again would bring the same.
        ids = keys.compactMap(\.keyID) + skipped.compactMap(\.keyID)
    }

    /// Whether asking the issuer again can't help a token with this `kid`: the set has it, or the token names none.
    func has(_ keyID: String?) -> Bool {
        guard let keyID else { return true }
        return ids.contains { $0.utf8.elementsEqual(keyID.utf8) }
    }
}
