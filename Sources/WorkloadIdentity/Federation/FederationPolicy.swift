// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import JOSE

/// The issuers whose tokens are believed, each with its rule.
public struct FederationPolicy: Sendable {
    private let rules: [IssuerURL: IssuerRule]

    /// A policy of the given rules.
    ///
    /// - Throws: ``WorkloadIdentityError`` when two rules are about one issuer: which of them holds would depend on
    ///   the order.
    public init(_ rules: [IssuerRule]) throws(WorkloadIdentityError) {
        var table: [IssuerURL: IssuerRule] = [:]
        for rule in rules {
            guard table.updateValue(rule, forKey: rule.issuer) == nil else {
                throw WorkloadIdentityError(.rule, "two rules are about one issuer")
            }
        }
        self.rules = table
    }

    /// The rule for the issuer that a token claims, nil when there is none.
    public func rule(for token: UnverifiedJWS) -> IssuerRule? { token.claimedIssuer.flatMap { rule(issuer: $0) } }

    /// The rule for an issuer by its exact URL, nil when there is none.
    public func rule(issuer: String) -> IssuerRule? {
        // A claimed issuer that is no acceptable URL has no rule, for every rule's issuer is one.
        guard let url = try? IssuerURL(issuer, allowingLoopbackHTTP: true) else { return nil }
        return rules[url]
    }

    /// The rules, ordered by issuer.
    public var allRules: [IssuerRule] {
        rules.values.sorted { $0.issuer.description.utf8.lexicographicallyPrecedes($1.issuer.description.utf8) }
    }
}
