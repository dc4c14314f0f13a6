// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE
internal import StrictJSON
public import TrustModel
internal import WorkloadIdentity

/// What a decision reads: one state, with its policies and issuer rules compiled. Immutable; every commit makes another.
public final class TrustView: Sendable {
    /// The state.
    public let state: TrustState
    /// The policies that decide; nil before the first activation.
    public let policies: CompiledPolicies?
    /// The policies that are evaluated and recorded beside those that decide; nil when there are none.
    let shadowSet: CompiledPolicies?
    /// The policies that decide about commands; nil only in logs from before commands were decided.
    let commands: CompiledPolicies?
    let issuers: [ObjectID: CompiledIssuer]
    /// The keys that verify tokens issued here.
    let tokenKeys: TokenKeySet
    /// Why nothing can be decided with it; nil when all is well.
    let fault: EngineError?

    /// The view of a state, reusing what `previous` compiled and this one has unchanged.
    init(_ state: TrustState, previous: TrustView?, allowingLoopbackHTTP: Bool) {
        self.state = state
        var fault: EngineError?
        policies = Self.compile(.calls, state, previous?.policies, &fault)
        commands = Self.compile(.commands, state, previous?.commands, &fault)
        self.fault = fault
        // What decides nothing is no reason to answer nothing.
        shadowSet = state.shadowPolicies.flatMap { id in
            if let compiled = previous?.shadowSet, compiled.id == id { return compiled }
            return state.policySets[id].flatMap { try? CompiledPolicies($0.object) }
        }
        tokenKeys = TokenKeySet(state, previous: previous?.tokenKeys)
        var issuers: [ObjectID: CompiledIssuer] = [:]
        for record in state.issuers.sorted where !record.retired {
            if let compiled = previous?.issuers[record.object.id], compiled.rev == record.rev {
                issuers[record.object.id] = compiled
            } else {
                issuers[record.object.id] = CompiledIssuer(record, allowingLoopbackHTTP: allowingLoopbackHTTP)
            }
        }
        self.issuers = issuers
    }

    private static func compile(
        _ realm: PolicySet.Realm,
        _ state: TrustState,
        _ previous: CompiledPolicies?,
        _ fault: inout EngineError?
    ) -> CompiledPolicies? {
        guard let active = state.activePolicies(of: realm) else { return nil }
        if let previous, previous.id == active { return previous }
        guard let set = state.policySets[active]?.object else { return nil }
        do throws(PolicyRefusal) { return try CompiledPolicies(set) } catch {
            // Another release took it for good. Without it everything is denied.
            fault = EngineError(.corrupt, "the active policy set of \(realm.rawValue) does not compile: \(error)")
            return nil
        }
    }
}

/// An issuer's rule, ready to be applied.
struct CompiledIssuer: Sendable {
    let rev: UInt64
    /// The rule, or why the registered issuer makes none here: plain http where that is not allowed, for instance.
    let rule: Result<IssuerRule, WorkloadIdentityError>
    let keys: HTTPLocation?

    init(_ record: Record<Issuer>, allowingLoopbackHTTP: Bool) {
        rev = record.rev
        do throws(WorkloadIdentityError) {
            let (rule, keys) = try Self.compile(record.object, allowingLoopbackHTTP)
            self.rule = .success(rule)
            self.keys = keys
        } catch {
            rule = .failure(error)
            keys = nil
        }
    }

    private static func compile(
        _ issuer: Issuer,
        _ allowingLoopbackHTTP: Bool
    ) throws(WorkloadIdentityError) -> (IssuerRule, HTTPLocation?) {
        let url = try IssuerURL(issuer.url, allowingLoopbackHTTP: allowingLoopbackHTTP)
        var algorithms: SignatureAlgorithms = []
        for name in issuer.algorithms {
            if let algorithm = SignatureAlgorithm(name: name) { algorithms.insert(SignatureAlgorithms(algorithm)) }
        }
        let types = issuer.tokenTypes.map { TokenType($0 == "absent" ? nil : $0) }
        var conditions: [ClaimCondition] = []
        for member in issuer.requiredClaims {
            conditions.append(
                try ClaimCondition(try ClaimPath(member.key), anyOf: member.value.arrayValue ?? [member.value])
            )
        }
        let rule = try IssuerRule(
            issuer: url,
            audiences: issuer.audiences,
            algorithms: algorithms,
            types: types.isEmpty ? IssuerRule.defaultTypes : types,
            maximumLifetimeSeconds: issuer.maximumTokenSeconds,
            conditions: conditions,
            isOneTime: issuer.oneTime
        )
        guard let text = issuer.jwksURL else { return (rule, nil) }
        return (
            rule, try DiscoveryDocument.keyLocation(text, of: url, allowingLoopbackHTTP: allowingLoopbackHTTP)
        )
    }
}
