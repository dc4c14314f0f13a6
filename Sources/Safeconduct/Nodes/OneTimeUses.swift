// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import TrustModel
internal import TrustStore

/// Spends what counts once, at all nodes and over restarts: what is asked together is one commit.
final class OneTimeUses: Sendable {
    /// What became of spending one.
    enum Outcome: Sendable, Hashable {
        /// It counts, for the only time.
        case spent
        /// It counted before, or may have.
        case spentBefore
        /// It can't be known, so it does not count.
        case unknown
    }

    /// Something that counts once and is verified apart from that.
    struct Use: Sendable, Hashable {
        /// Whose identifiers these are: an issuer, a kind of assertion.
        let namespace: String
        let identifier: String
        let issuedAt: Timestamp
        /// Until when it would be accepted.
        let until: Timestamp

        fileprivate var key: Fingerprint { Fingerprint(of: "\(namespace.utf8.count):\(namespace)\(identifier)") }
    }

    /// When the memory began: what was issued before may have been spent while nobody remembered.
    let began: Timestamp
    private let spending: GroupCommit<SingleUse, Outcome>
    private static var batch: Int { 1024 }

    init(_ store: any ReplayStore, now: @escaping @Sendable () -> Timestamp) throws {
        began = try store.begin(at: now())
        spending = GroupCommit(label: "safeconduct.replay", limit: 50_000, overflow: .unknown, batch: Self.batch) {
            uses in
            do throws(StoreError) {
                return try store.spend(uses, at: now()).map { outcome in
                    switch outcome {
                    case .spent: .spent
                    case .spentBefore, .forgotten: .spentBefore
                    case .full: .unknown
                    }
                }
            } catch {
                return uses.map { _ in .unknown }
            }
        }
    }

    /// Spends a use; durable when it answers ``Outcome/spent``.
    func spend(_ use: Use) async -> Outcome { await spend([use]).first ?? .unknown }

    /// Spends uses in their order, in one commit: of two that are the same the first one counts.
    func spend(_ uses: [Use]) async -> [Outcome] {
        let known = uses.filter { $0.issuedAt >= began }
        var outcomes = await spending.submit(known.map { SingleUse(key: $0.key, until: $0.until) }).makeIterator()
        return uses.map { $0.issuedAt >= began ? outcomes.next() ?? .unknown : .spentBefore }
    }
}

extension Engine {
    /// Spends something that counts once, whichever node it is presented to and however often this one was restarted.
    ///
    /// - Parameters:
    ///   - identifier: What makes it the one it is, such as a `jti`.
    ///   - namespace: Whose identifiers these are: the same identifier of two namespaces is two things.
    ///   - issuedAt: When it was issued. What is older than this data directory's memory does not count.
    ///   - until: Until when it would be accepted if it came again: its expiry and any tolerance.
    /// - Returns: Whether it counts now. False when it was spent before, and when that can't be known.
    public func spendOnce(
        _ identifier: String,
        in namespace: String,
        issuedAt: Timestamp,
        until: Timestamp
    ) async -> Bool {
        await uses.spend(
            OneTimeUses.Use(namespace: namespace, identifier: identifier, issuedAt: issuedAt, until: until)
        ) == .spent
    }
}
