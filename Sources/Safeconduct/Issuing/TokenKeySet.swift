// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE
internal import StrictJSON
internal import TrustModel

/// The public halves of the token keys of one view, ready to verify with.
struct TokenKeySet: Sendable {
    private struct Entry: Sendable {
        let record: Record<TokenKey>
        let key: VerificationKey
    }

    private let entries: [Entry]
    /// How many are registered: they are never changed, and one more is the only news.
    private let count: Int

    /// The keys of a state; those of `previous` are not read again.
    init(_ state: TrustState, previous: TokenKeySet?) {
        count = state.tokenKeys.count
        if let previous, previous.count == count {
            entries = previous.entries
            return
        }
        entries = state.tokenKeys.sorted.compactMap { record in
            var jwk = record.object.jwk
            jwk["kid"] = .string(record.object.fingerprint.thumbprint)
            // What is no key verifies nothing.
            return (try? VerificationKey(jwk: .object(jwk))).map { Entry(record: record, key: $0) }
        }
    }

    /// The key of this `kid`, if what it signed counts at `now` in `state`.
    func key(_ keyID: String, _ state: TrustState, at now: Timestamp) -> VerificationKey? {
        guard let thumbprint = Fingerprint(thumbprint: keyID),
            let entry = entries.first(where: { $0.record.object.fingerprint == thumbprint })
        else { return nil }
        return state.liveTokenKeys(at: now).contains { $0.object.id == entry.record.object.id } ? entry.key : nil
    }

    /// The keys to publish: those that count at `now`, and those that will.
    func published(_ state: TrustState, at now: Timestamp) -> JWKSet {
        let live = Set(state.liveTokenKeys(at: now).map(\.object.id))
        return JWKSet(entries.filter { live.contains($0.record.object.id) }.map(\.key))
    }
}
