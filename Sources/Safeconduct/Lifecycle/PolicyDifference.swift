// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import Cedar
internal import StrictJSON
public import TrustModel

/// What is another way in a second policy set than in a first: its policies, and the answers to the tests of both.
public struct PolicyDifference: Sendable {
    /// What became of one policy.
    public struct Policy: Sendable {
        /// How it differs.
        public enum Kind: String, Sendable, CaseIterable {
            /// Only the second set has it.
            case added
            /// Only the first set has it.
            case removed
            /// Both have it, with other texts.
            case changed
        }

        /// What of a policy that both sets have differs; each includes those before it.
        public enum Extent: String, Sendable, CaseIterable {
            /// Its layout and comments.
            case layout
            /// Its annotations.
            case annotations
            /// What it says.
            case meaning
        }

        /// How it differs.
        public let kind: Kind
        /// What of it differs; nil unless both sets have it.
        public let extent: Extent?
        /// Its id.
        public let id: String
        /// Its text in the first set; nil when it has none there.
        public let before: String?
        /// Its text in the second set; nil when it has none there.
        public let after: String?

        /// A policy of a difference between sets, whether or not they are plain Cedar.
        init(_ change: PolicyDiff.Change) {
            switch change.kind {
            case .layout: (kind, extent) = (.changed, .layout)
            case .annotations: (kind, extent) = (.changed, .annotations)
            case .meaning: (kind, extent) = (.changed, .meaning)
            case .added: (kind, extent) = (.added, nil)
            case .removed: (kind, extent) = (.removed, nil)
            }
            id = change.id.string
            before = change.old?.source
            after = change.new?.source
        }
    }

    /// A test of either set that is answered otherwise.
    public struct Answer: Sendable {
        /// The file it stands in, and what it says of itself.
        public let file, name: String
        /// What the sets answer.
        public let before, after: Decision.Outcome
        /// Why they do.
        public let reasonBefore, reasonAfter: String
    }

    /// The policies that differ: those of the second set in source order, then those that are gone.
    public let policies: [Policy]
    /// The tests that are answered otherwise.
    public let answers: [Answer]
    /// How many tests both were asked.
    public let asked: Int
    /// The enforced forbids that the change weakens, takes away or words otherwise.
    public let change: PolicyChange

    /// The policies that differ between two versions of a set, plain Cedar or not: those of the second in source order, then
    /// those that are gone.
    ///
    /// - Throws: ``DuplicatePolicyError`` when two policies of one version have one `@id`.
    public static func policies(of versions: PolicyPairing) throws(DuplicatePolicyError) -> [Policy] {
        let (old, new) = try versions.sets()
        let changes = Dictionary(PolicyDiff(from: old, to: new).changes.map { ($0.id, $0) }) { first, _ in first }
        let order = versions.new.map(\.id) + versions.old.map(\.id).filter { new[$0] == nil }
        return order.compactMap { changes[$0].map(Policy.init) }
    }

    /// Compares two sets of calls.
    ///
    /// - Throws: ``PolicyRefusal`` when one does not compile.
    public init(
        from first: [TrustModel.PolicySet.File],
        to second: [TrustModel.PolicySet.File]
    ) throws(PolicyRefusal) {
        let id = MadeUp.id(.policySet)
        let before = try CompiledPolicies(TrustModel.PolicySet(id: id, files: first))
        let after = try CompiledPolicies(TrustModel.PolicySet(id: id, files: second))
        change = PolicyChange(from: before, to: after)
        do throws(DuplicatePolicyError) {
            policies = try Self.policies(of: PolicyPairing(Self.files(before), Self.files(after)))
        } catch {
            throw PolicyRefusal("duplicate_id", file: "", nil, "\(error)")
        }
        // One test may lie in the folders of both; another one of the same name is another one.
        var seen: Set<[UInt8]> = []
        let tests = try PolicyTestFile.cases(in: second + first).filter {
            seen.insert($0.written.serialized()).inserted
        }
        asked = tests.count
        let pairs = zip(
            try PolicyTestRun.report(tests, of: before).cases,
            try PolicyTestRun.report(tests, of: after).cases
        )
        answers = pairs.compactMap { one, other in
            guard one.outcome != other.outcome || one.reason != other.reason else { return nil }
            return Answer(
                file: one.file,
                name: one.name,
                before: one.outcome,
                after: other.outcome,
                reasonBefore: one.reason,
                reasonAfter: other.reason
            )
        }
    }

    // The policies of one file stand together.
    private static func files(_ policies: CompiledPolicies) -> [PolicyPairing.File] {
        var files: [(name: String, policies: [Cedar.Policy])] = []
        for marked in policies.all {
            if files.last?.name.utf8.elementsEqual(marked.file.utf8) == true {
                files[files.count - 1].policies.append(marked.policy)
            } else {
                files.append((marked.file, [marked.policy]))
            }
        }
        return files.map { PolicyPairing.File(name: $0.name, policies: $0.policies) }
    }
}
