// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
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

        /// How it differs.
        public let kind: Kind
        /// Its id.
        public let id: String
        /// Its text in the first set; nil when it has none there.
        public let before: String?
        /// Its text in the second set; nil when it has none there.
        public let after: String?
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
        let old = Dictionary(before.all.map { ($0.policy.id, $0.policy.source) }) { first, _ in first }
        let new = Dictionary(after.all.map { ($0.policy.id, $0.policy.source) }) { first, _ in first }
        var policies: [Policy] = []
        for marked in after.all {
            let (id, text) = (marked.policy.id, marked.policy.source)
            let known = old[id]
            if let known, known.utf8.elementsEqual(text.utf8) { continue }
            policies.append(
                Policy(kind: known == nil ? .added : .changed, id: id.string, before: known, after: text)
            )
        }
        for marked in before.all where new[marked.policy.id] == nil {
            policies.append(
                Policy(kind: .removed, id: marked.policy.id.string, before: marked.policy.source, after: nil)
            )
        }
        self.policies = policies
        var tests: [PolicyTestCase] = []
        var seen: Set<Text> = []
        for file in second + first where file.content == .tests {
            // One test may lie in the folders of both.
            let name = file.name.split(separator: "/").last ?? ""
            for test in try PolicyTestFile(file).cases where seen.insert(Text("\(name)\n\(test.name)")).inserted {
                tests.append(test)
            }
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
}
