// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Where a lease stands. There is no state in which nothing more is done about a credential that may exist.
public enum LeaseState: Int64, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    /// It is written down; its credential may be made any moment, or may not.
    case recorded = 0
    /// Its credential exists, and its holder has it.
    case active = 1
    /// It is over; its credential is being taken away.
    case revoking = 2
    /// It is over; its credential could not be taken away when that was last tried, and it is tried again for ever.
    case failed = 3
    /// It is over, and its credential was seen to be gone.
    case revoked = 4
    /// It comes out of a restored history: its credential is looked for before anything is done to it.
    case unknown = 5

    /// The word for it in the API, CLI and documents.
    public var description: String {
        switch self {
        case .recorded: "recorded"
        case .active: "active"
        case .revoking: "revoking"
        case .failed: "failed"
        case .revoked: "revoked"
        case .unknown: "unknown"
        }
    }

    /// The state of a word.
    public init?(_ word: String) {
        guard let state = Self.allCases.first(where: { $0.description == word }) else { return nil }
        self = state
    }
}
