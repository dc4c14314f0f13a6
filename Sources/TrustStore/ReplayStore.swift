// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import TrustModel

/// What may count once only: token identifiers, assertion identifiers. Shared by every node, so that what was spent at one
/// is spent at all, and remembered over restarts until it could not count any more anyway.
public protocol ReplayStore: Sendable {
    /// Begins the memory at `now` unless it has begun; gives when it began.
    ///
    /// What was issued before that moment may have been spent when nobody remembered it, so it must not count.
    func begin(at now: Timestamp) throws(StoreError) -> Timestamp

    /// Spends each use unless it was spent before, in order, and gives what became of each; durable on return. Uses
    /// that are over are forgotten on the way.
    ///
    /// - Parameters:
    ///   - uses: What is to be spent; the same key may occur twice.
    ///   - now: The present time, by which uses are forgotten.
    func spend(_ uses: [SingleUse], at now: Timestamp) throws(StoreError) -> [SpendOutcome]
}

/// Something that counts once.
public struct SingleUse: Sendable {
    /// Which: a hash of all that makes it what it is.
    public let key: Fingerprint
    /// Until when it could count again if it were forgotten.
    public let until: Timestamp

    /// A use of the given key.
    public init(key: Fingerprint, until: Timestamp) {
        self.key = key
        self.until = until
    }
}

/// What became of spending a use.
public enum SpendOutcome: Sendable, Hashable {
    /// It was spent now, for the first time.
    case spent
    /// It was spent before.
    case spentBefore
    /// It ends before the time up to which uses were forgotten: nobody can know whether it was spent.
    case forgotten
    /// More uses are remembered than there is room for.
    case full
}
