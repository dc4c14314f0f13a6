// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// One `when` or `unless` of a policy.
public struct Condition: Sendable, Hashable {
    /// The two words.
    public enum Kind: String, Sendable, Hashable {
        /// The expression must be true.
        case when
        /// The expression must be false.
        case unless
    }

    /// Which word.
    public let kind: Kind
    /// The expression in braces: a node of ``Policy/expression``.
    public let root: NodeID
    /// The condition in the policy's text, from the word to the closing brace.
    public let span: SourceSpan
}
