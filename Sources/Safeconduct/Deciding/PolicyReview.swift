// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON
public import TrustModel

/// What a policy set would change if it were activated now, and what its author should look at.
public struct PolicyReview: Sendable {
    /// What becomes of the forbids that are enforced now.
    public let change: PolicyChange
    /// What is odd, though not refused.
    public let warnings: [PolicyWarning]
    /// The digest of the set.
    let digest: Fingerprint
    /// The set that decides now; nil when none does.
    let base: ObjectID?
    /// What it decides about.
    let realm: TrustModel.PolicySet.Realm
    let policies: CompiledPolicies
}

extension Engine {
    /// Reviews a policy set as `PUT /v1/policies/active` takes it; nothing is changed.
    ///
    /// - Parameter rev: Against the set that decided before this revision; nil: that decides now.
    public func review(_ value: JSONValue, before rev: UInt64? = nil) -> Result<PolicyReview, CommandRefusal> {
        do throws(CommandRefusal) {
            let (set, _) = try Self.confirmation(in: value)
            return .success(try review(ObjectInput<TrustModel.PolicySet>(set, sealer: sealer), before: rev))
        } catch {
            return .failure(error)
        }
    }

    func review(
        _ input: ObjectInput<TrustModel.PolicySet>,
        before rev: UInt64? = nil
    ) throws(CommandRefusal) -> PolicyReview {
        let view = self.view
        let references = NamedReferences(state: view.state, now: now(), presentExpiry: nil, own: nil)
        let set = try input.read(id: ObjectID(kind: .policySet, high: 0, low: 0), references: references).object
        let base: CompiledPolicies?
        if let rev {
            let earlier = view.state.policySets.newest { $0.created < rev && $0.object.realm == set.realm }?.object
            base = earlier.flatMap { try? CompiledPolicies($0) }
        } else {
            base = set.realm == .commands ? view.commands : view.policies
        }
        do throws(PolicyRefusal) {
            let policies = try CompiledPolicies(set)
            if set.realm == .commands { try Authorizer.check(policies, of: set) }
            return PolicyReview(
                change: PolicyChange(from: base, to: policies),
                warnings: try PolicyLint.check(policies),
                digest: set.digest,
                base: base?.id,
                realm: set.realm,
                policies: policies
            )
        } catch {
            throw CommandRefusal(CommandRefusal.Code(description: "policy_invalid"), "/files", error.description)
        }
    }

    /// Takes the member `confirm` out of an activation: the forbids that its author knows to be weakened.
    static func confirmation(in value: JSONValue) throws(CommandRefusal) -> (set: JSONValue, confirmed: [String]) {
        guard case .object(var object) = value else { return (value, []) }
        guard let confirm = object["confirm"] else { return (value, []) }
        object["confirm"] = nil
        if confirm.isNull { return (.object(object), []) }
        guard let elements = confirm.arrayValue, elements.allSatisfy({ $0.stringValue != nil }) else {
            throw CommandRefusal(
                CommandRefusal.Code(description: ShapeError.Code.kind.description),
                "/confirm",
                "an array of policy ids is expected"
            )
        }
        return (.object(object), elements.compactMap(\.stringValue))
    }
}

extension PolicyReview {
    /// Refuses a change that weakens forbids which were not named, or one that was reviewed against another set.
    ///
    /// - Parameter active: The set that decides when the change is carried out.
    func check(confirmed: [String], active: ObjectID?) throws(CommandRefusal) {
        guard active == base else {
            throw CommandRefusal(.conflict, "", "another policy set was activated in the meantime")
        }
        let missing = change.forbidsWeakened.filter { !confirmed.contains($0) }
        guard missing.isEmpty else {
            throw CommandRefusal(
                CommandRefusal.Code(description: "confirmation_required"),
                "/confirm",
                "enforced forbids would go into shadow mode: \(missing.joined(separator: ", ")); confirm them by name"
            )
        }
    }
}
