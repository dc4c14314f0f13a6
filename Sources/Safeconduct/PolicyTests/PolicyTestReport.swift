// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What came of the tests of a policy set.
public struct PolicyTestReport: Sendable {
    /// What came of one of them.
    public struct Case: Sendable {
        /// The file it stands in.
        public let file: String
        /// Where, from 1.
        public let line, column: Int
        /// What it says of itself.
        public let name: String
        /// What was to come of it.
        public let expected: Decision.Outcome
        /// What came of it.
        public let outcome: Decision.Outcome
        /// Why.
        public let reason: String
        /// The most policies that are named.
        static let policyLimit = 64

        /// The policies that had a say, the first 64 of them.
        public let policies: [String]
        /// What is not as expected; empty when it passed.
        public let faults: [String]

        /// Whether all is as expected.
        public var passed: Bool { faults.isEmpty }
    }

    /// What came of each, in their order.
    public internal(set) var cases: [Case] = []
    /// The policies that had a say in no test, in source order.
    public internal(set) var untested: [String] = []

    /// Those that did not pass.
    public var failed: [Case] { cases.filter { !$0.passed } }
}
