// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON
internal import TrustModel

/// One test of a policy set: a call that is made up, and what is to come of it.
struct PolicyTestCase: Sendable {
    /// The file it stands in.
    let file: String
    /// Where, from 1.
    let line, column: Int
    /// What it says of itself.
    let name: String

    /// Who calls, and who answers for them.
    let identity: Identity
    let identityOwner: String
    /// What is called, and who answers for it.
    let resource: Resource
    let apiOwner: String
    /// What the engine would know; without `met`.
    let context: CallContext
    /// The remedies that are met.
    let met: Set<String>

    /// What is to come of it.
    let expected: Expectation

    /// All that was written of it, the defaults of its file included: by this it is known again in another set.
    let written: JSONValue

    /// What is to come of a call; nil where the test does not care.
    struct Expectation: Sendable {
        let outcome: Decision.Outcome
        let reason: String?
        /// Policies that have a say in it.
        let policies: [String]?
        /// The remedies that are asked for, all of them.
        let remedies: [String]?
        /// The policies that fail, all of them; none where the test does not say.
        let errors: [String]
    }
}
