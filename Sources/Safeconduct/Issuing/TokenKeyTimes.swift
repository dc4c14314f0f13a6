// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel

/// How long keys sign, and how they overlap.
public struct TokenKeyTimes: Sendable, Equatable {
    /// How long one signs, in milliseconds.
    public var signing: Int64
    /// How long it is published before it signs, in milliseconds: longer than anybody may keep a key set.
    public var announced: Int64
    /// How long it is accepted after it signed last, in milliseconds: longer than any token lives.
    public var accepted: Int64

    /// Times of the given lengths.
    public init(signing: Int64 = 30 * 86_400_000, announced: Int64 = 86_400_000, accepted: Int64 = 86_400_000 + 60_000)
    {
        self.signing = signing
        self.announced = announced
        self.accepted = accepted
    }

    /// How long whoever fetches the published keys may keep them, in seconds (RFC 9111 section 5.2.2.1).
    public static let cachedSeconds: Int64 = 300

    /// When the next key has to sign from, if one has to be made at `now`; nil when none has to.
    ///
    /// - Parameter isForced: Whether one is made although the present one has time left: it signs as soon as all who
    ///   keep published keys have seen it.
    func due(in state: TrustState, at now: Timestamp, isForced: Bool = false) -> Timestamp? {
        guard let present = state.signingTokenKey(at: now) else { return now }
        let newest = state.liveTokenKeys(at: now).first?.object ?? present.object
        if isForced {
            let soon = now.advanced(byMilliseconds: Self.cachedSeconds * 1000)
            // One that waits to sign already is what was asked for.
            return newest.signsFrom > now ? nil : min(soon, newest.signsUntil)
        }
        guard newest.id == present.object.id, present.object.signsUntil <= now.advanced(byMilliseconds: announced)
        else { return nil }
        return present.object.signsUntil
    }
}
