// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Two versions of a set of policies, with ids by which their policies know each other again, for ``PolicyDiff``.
///
/// A policy's `@id` is its id. One without is, in the new version, the policy of the same text in the old one, wherever it
/// stood there; else the one of the same place, if that is not another's by now. So a policy that is put in front of
/// others does not make all of them differ.
public struct PolicyPairing: Sendable {
    /// The policies of one file of a version, in their order.
    public struct File: Sendable {
        /// Its name, with or without folders.
        public let name: String
        /// What it holds; the ids count for nothing.
        public let policies: [Policy]

        /// A file.
        public init(name: String, policies: [Policy]) {
            self.name = name
            self.policies = policies
        }
    }

    /// The policies of the old version, in their order.
    public let old: [Policy]
    /// The policies of the new version, in their order.
    public let new: [Policy]

    /// Pairs the policies of two versions. Of the names of files the folders count only where they tell files apart.
    public init(_ old: [File], _ new: [File]) {
        let isNamed = old.count > 1 || new.count > 1
        let (old, new) = (Self.placed(old, isNamed), Self.placed(new, isNamed))
        var unnamed: [Text: [Text]] = [:]
        for policy in old.reversed() where policy.annotation("id") == nil {
            unnamed[Text(policy.source), default: []].append(policy.id)
        }
        var taken: Set<Text> = []
        let known = new.map { policy -> Text? in
            if policy.annotation("id") != nil { return policy.id }
            let id = unnamed[Text(policy.source)]?.popLast()
            if let id { taken.insert(id) }
            return id
        }
        self.old = old
        self.new = zip(new, known).map { policy, known in
            if let known { return policy.named(known) }
            // Where the policy of this place went elsewhere, what stands there now is another one.
            return taken.contains(policy.id) ? policy.named(Text("\(policy.id) (new)")) : policy
        }
    }

    /// Both versions as sets.
    ///
    /// - Throws: ``DuplicatePolicyError`` when two policies of one version have one `@id`.
    public func sets() throws(DuplicatePolicyError) -> (old: PolicySet, new: PolicySet) {
        (try PolicySet(old), try PolicySet(new))
    }

    // With the `@id` or the place as their ids.
    private static func placed(_ files: [File], _ isNamed: Bool) -> [Policy] {
        func short(_ name: String) -> String {
            name.utf8.split(separator: UInt8(ascii: "/")).last.map { String(Substring($0)) } ?? ""
        }
        var names: [Text: Int] = [:]
        for file in files { names[Text(short(file.name)), default: 0] += 1 }
        return files.flatMap { file in
            let name = short(file.name)
            let place = names[Text(name)] == 1 ? name : file.name
            return file.policies.enumerated().map { index, policy in
                policy.named(policy.annotation("id") ?? (isNamed ? Text("\(place)#\(index)") : Policy.numbered(index)))
            }
        }
    }
}

extension Policy {
    fileprivate func named(_ id: Text) -> Policy {
        var policy = self
        policy.id = id
        return policy
    }
}
