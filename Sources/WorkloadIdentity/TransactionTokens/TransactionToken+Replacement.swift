// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import JOSE
import StrictJSON

/// Why one transaction token can't take the place of another.
public enum ReplacementRefusal: String, Sendable, CaseIterable {
    /// The token to be replaced has expired.
    case expired
    /// It would be good for longer.
    case lifetime
    /// It would be another transaction.
    case transaction
    /// It would be for another subject.
    case subject
    /// It would be for another trust domain.
    case trustDomain = "trust_domain"
    /// The context of the transaction would change, appear or disappear.
    case context
    /// The scope would be wider.
    case scope
    /// A hop would be lost, changed or forgotten.
    case chain

    /// The stable name of the reason.
    public var code: String { "replacement_\(rawValue)" }
}

extension TransactionToken {
    /// Why `new` can't replace this token at `now`, nil when it can.
    ///
    /// Whatever a workload on the way asks for, the transaction stays the same, ends no later, may do no more, and
    /// remembers through whom it came.
    public func replacementRefusal(by new: TransactionToken, at now: NumericDate) -> ReplacementRefusal? {
        guard now < expiresAt else { return .expired }
        guard new.expiresAt <= expiresAt, new.issuedAt >= issuedAt else { return .lifetime }
        guard sameBytes(new.transaction, transaction) else { return .transaction }
        guard sameBytes(new.subject, subject) else { return .subject }
        guard sameBytes(new.trustDomain, trustDomain) else { return .trustDomain }
        guard new.context == context else { return .context }
        guard new.scope.isWithin(scope) else { return .scope }
        guard keepsChain(new) else { return .chain }
        return nil
    }

    private func keepsChain(_ new: TransactionToken) -> Bool {
        if let chain {
            guard let longer = new.chain else { return false }
            return longer.isExtension(of: chain)
        }
        // A token of another service has only its last hop to show; a chain may begin with that one.
        let first = new.chain?.workloads.first ?? new.requestingWorkload
        return sameBytes(first, requestingWorkload)
    }
}
