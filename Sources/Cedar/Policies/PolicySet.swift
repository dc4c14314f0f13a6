// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Policies that decide together.
///
/// A value: who adds, replaces or removes a policy gets a new set, which shares all but a few pages with the old one,
/// while readers go on with theirs. What a decision and a change cost does not grow with the number of policies, as far
/// as scopes and conditions tell them apart.
public struct PolicySet: Sendable {
    /// The policies that take part in decisions, in source order, each at a place of its own.
    public private(set) var policies = PolicyList()
    /// The templates, which wait for links.
    public private(set) var templates = PolicyList()
    // From the digest of an id to the place: in `policies`, or `~place` in `templates`.
    private var ids = DigestTable()
    private(set) var index = PolicyIndex()

    /// The set without policies.
    public init() {}

    /// The set of `policies`, templates among them.
    ///
    /// - Throws: ``DuplicatePolicyError`` when two have one id.
    public init(_ policies: some Sequence<Policy>) throws(DuplicatePolicyError) {
        for policy in policies { try add(policy) }
    }

    /// The set of the policies in `text`, named `policy0`, `policy1` and so on in source order.
    public init(parsing text: String, limits: ParserLimits = .standard) throws(ParseError) {
        try self.init(parsing: Array(text.utf8), limits: limits)
    }

    /// The set of the policies in `bytes`, which must be UTF-8.
    public init(parsing bytes: [UInt8], limits: ParserLimits = .standard) throws(ParseError) {
        // Numbered ids cannot collide.
        for policy in try Policy.parse(bytes, limits: limits) { insert(policy) }
    }

    /// The policy or template `id`, nil when there is none.
    public subscript(id: Text) -> Policy? {
        place(of: id).flatMap { $0 < 0 ? templates.policy(at: ~$0) : policies.policy(at: $0) }
    }

    private func place(of id: Text) -> Int? {
        ids.first(Digest.of(id)) { place in
            (place < 0 ? templates[Int(~place)] : policies[Int(place)]).id == id
        }.map(Int.init)
    }

    private mutating func insert(_ policy: Policy) {
        let place: Int
        if policy.isTemplate {
            place = ~templates.append(policy)
        } else {
            place = policies.append(policy)
            index.add(place, policies)
        }
        ids.insert(Digest.of(policy.id), Int32(truncatingIfNeeded: place))
    }
}

extension PolicySet {
    /// Adds a policy behind all others.
    ///
    /// - Throws: ``DuplicatePolicyError`` when there is one with its id.
    public mutating func add(_ policy: Policy) throws(DuplicatePolicyError) {
        guard place(of: policy.id) == nil else { throw DuplicatePolicyError(id: policy.id) }
        insert(policy)
    }

    /// Puts a policy in the place of the one with its id, or behind all others when there is none.
    public mutating func replace(_ policy: Policy) {
        guard let place = place(of: policy.id), policy.isTemplate == (place < 0) else {
            remove(policy.id)
            return insert(policy)
        }
        if place < 0 { return templates.replace(~place, by: policy) }
        index.remove(place, policies)
        policies.replace(place, by: policy)
        index.add(place, policies)
    }

    /// Removes the policy or template `id`; whether there was one.
    @discardableResult
    public mutating func remove(_ id: Text) -> Bool {
        guard let place = place(of: id) else { return false }
        ids.remove(Digest.of(id), Int32(truncatingIfNeeded: place))
        if place < 0 {
            templates.remove(~place)
        } else {
            index.remove(place, policies)
            policies.remove(place)
        }
        return true
    }

    /// A set that has a policy more, behind all others.
    ///
    /// - Throws: ``DuplicatePolicyError`` when there is one with its id.
    public func adding(_ policy: Policy) throws(DuplicatePolicyError) -> PolicySet {
        var copy = self
        try copy.add(policy)
        return copy
    }

    /// A set in which a policy is in the place of the one with its id, or behind all others when there was none.
    public func replacing(_ policy: Policy) -> PolicySet {
        var copy = self
        copy.replace(policy)
        return copy
    }

    /// A set without the policy or template `id`.
    public func removing(_ id: Text) -> PolicySet {
        var copy = self
        copy.remove(id)
        return copy
    }
}
