// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import JOSE
public import StrictJSON

/// The workloads that a transaction went through, oldest first: the claim `safeconduct_chain` of a transaction token.
///
/// The draft demands that a replacement keeps the call chain and leaves open how. Here each hop is a small token of its
/// own, signed when it happened, that names its transaction, its place and the digest of the hop before; the claim is
/// the array of them, and the whole is signed once more as part of the transaction token. So:
///
/// - Whoever has the token and the public keys of the trust domain can check every hop, without asking anybody and
///   without having seen the tokens that were replaced.
/// - The hops are signed by whichever node served them, each with its own key. A node that is taken over can sign new
///   hops until its key is cut; it can't take out, reorder or rename those of other nodes, nor carry them over into
///   another transaction. A list of names, even a chain of bare hashes, the last signer could rewrite whole.
/// - A cut of one node's key shows exactly which chains leant on it: those with a hop by that key.
///
/// The price is some 360 bytes for a hop with a SPIFFE id, which is one reason why there are at most eight.
public struct CallChain: Sendable, Equatable {
    /// The name of the claim.
    public static let claimName = "safeconduct_chain"
    /// The most hops.
    public static let maximumHops = 8

    /// The hops, oldest first, at least one.
    public let hops: [CallHop]
    private let transaction: String
    private let trustDomain: String

    /// Begins the chain of a transaction.
    ///
    /// - Parameters:
    ///   - transaction: `txn` of the token.
    ///   - trustDomain: `aud` of the token.
    ///   - workload: `req_wl` of the token: who asks for it.
    ///   - now: The time.
    ///   - key: The key of this node.
    /// - Throws: ``WorkloadIdentityError`` with `transactionToken`.
    public init(
        transaction: String,
        trustDomain: String,
        workload: String,
        at now: NumericDate,
        by key: SigningKey
    ) throws(WorkloadIdentityError) {
        let place = CallHop.Place(transaction: transaction, trustDomain: trustDomain, number: 0, previous: nil)
        hops = [try CallHop(workload: workload, at: place, issuedAt: now, by: key)]
        self.transaction = transaction
        self.trustDomain = trustDomain
    }

    /// Reads the claim and verifies every hop.
    ///
    /// - Parameters:
    ///   - claim: The claim's value.
    ///   - transaction: `txn` of the token.
    ///   - trustDomain: `aud` of the token.
    ///   - keys: The keys of the trust domain's transaction token service.
    ///   - algorithms: The algorithms that are accepted.
    /// - Throws: ``WorkloadIdentityError`` with `transactionToken` when it is no array of 1 to ``maximumHops`` strings,
    ///   or a hop doesn't verify, is of another transaction or stands elsewhere.
    public init(
        _ claim: JSONValue,
        transaction: String,
        trustDomain: String,
        keys: JWKSet,
        allowing algorithms: SignatureAlgorithms
    ) throws(WorkloadIdentityError) {
        guard case .array(let elements) = claim, (1...Self.maximumHops).contains(elements.count) else {
            throw TransactionToken.error("'\(Self.claimName)' is an array of 1 to \(Self.maximumHops) hops")
        }
        var hops: [CallHop] = []
        for element in elements {
            guard let text = element.stringValue else { throw TransactionToken.error("a hop is a string") }
            let place = CallHop.Place(
                transaction: transaction,
                trustDomain: trustDomain,
                number: hops.count,
                previous: hops.last
            )
            hops.append(try CallHop(text, at: place, keys: keys, allowing: algorithms))
        }
        self.hops = hops
        self.transaction = transaction
        self.trustDomain = trustDomain
    }

    private init(hops: [CallHop], _ transaction: String, _ trustDomain: String) {
        self.hops = hops
        self.transaction = transaction
        self.trustDomain = trustDomain
    }

    /// The chain once `workload` has asked for a replacement.
    ///
    /// - Throws: ``WorkloadIdentityError`` with `transactionToken` when there are ``maximumHops`` already.
    public func appending(
        _ workload: String,
        at now: NumericDate,
        by key: SigningKey
    ) throws(WorkloadIdentityError) -> CallChain {
        guard hops.count < Self.maximumHops else {
            throw TransactionToken.error("a transaction has at most \(Self.maximumHops) hops")
        }
        let place = CallHop.Place(
            transaction: transaction,
            trustDomain: trustDomain,
            number: hops.count,
            previous: hops.last
        )
        // The clock of the node before may run ahead of this one's, and hops never go back in time.
        let moment = hops.last.map { max($0.issuedAt, now) } ?? now
        let hop = try CallHop(workload: workload, at: place, issuedAt: moment, by: key)
        return CallChain(hops: hops + [hop], transaction, trustDomain)
    }

    /// Whether this is `other`, or `other` with newer hops after it.
    public func isExtension(of other: CallChain) -> Bool { hops.starts(with: other.hops) }

    /// The workloads, oldest first.
    public var workloads: [String] { hops.map(\.workload) }

    /// The value of the claim.
    public var claim: JSONValue { .array(hops.map { .string($0.token) }) }

    /// The same hops.
    public static func == (left: CallChain, right: CallChain) -> Bool { left.hops == right.hops }
}
