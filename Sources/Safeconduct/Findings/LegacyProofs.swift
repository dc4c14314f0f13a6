// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization
public import TrustModel

/// Counts how often clients proved themselves in ways that are taken for the sake of old programs only, which are findings:
/// each such use is trust debt, and whoever wants to be rid of it has to see who is left.
///
/// Clients are registered and a credential takes two rows at most, so the table is as large as what is registered; it is bounded
/// all the same. It lives in memory, from the start of the node; what lasts is in the leaf of each token (`client_method`).
public final class LegacyProofs: Sendable {
    /// What is not as it should be.
    public enum Kind: String, Sendable, CaseIterable {
        /// A client secret: whoever saw it has it.
        case secret = "client.secret"
        /// An assertion for the endpoint and not for the issuer: another server may claim the same endpoint.
        case audience = "client.legacy_audience"
    }

    private struct Key: Hashable {
        let kind: Kind
        let credential: ObjectID
    }

    /// The uses of one credential.
    public struct Finding: Sendable, Equatable {
        /// What is not as it should be.
        public let kind: Kind
        /// The client.
        public let identity: ObjectID
        /// What it proved itself with.
        public let credential: ObjectID
        /// How often.
        public internal(set) var uses: UInt64
        /// When first.
        public let first: Timestamp
        /// When last.
        public internal(set) var last: Timestamp
    }

    private let rows = Mutex<[Key: Finding]>([:])
    private let limit: Int

    init(limit: Int = 65_536) { self.limit = limit }

    /// Counts one use; when the table is full, of those that stand in it already.
    func count(_ kind: Kind, by identity: ObjectID, with credential: ObjectID, at now: Timestamp) {
        let key = Key(kind: kind, credential: credential)
        rows.withLock { rows in
            guard rows[key] == nil else {
                rows[key]?.uses &+= 1
                rows[key]?.last = now
                return
            }
            guard rows.count < limit else { return }
            rows[key] = Finding(
                kind: kind,
                identity: identity,
                credential: credential,
                uses: 1,
                first: now,
                last: now
            )
        }
    }

    /// How many there are.
    public var count: Int { rows.withLock { $0.count } }

    /// The findings, those with the most recent use first.
    public func findings() -> [Finding] {
        rows.withLock { Array($0.values) }.sorted { left, right in
            if left.last != right.last { return left.last > right.last }
            return (left.credential.description, left.kind.rawValue)
                < (right.credential.description, right.kind.rawValue)
        }
    }
}

extension Engine {
    /// Keeps what is not as it should be about how a client proved itself.
    func note(_ client: ProvenClient) {
        let kind: LegacyProofs.Kind
        switch client.method {
        case .clientSecretBasic, .clientSecretPost: kind = .secret
        case .privateKeyJWT:
            guard client.audienceIsLegacy else { return }
            kind = .audience
        }
        legacyProofs.count(kind, by: client.identity.object.id, with: client.credential.object.id, at: now())
    }
}
