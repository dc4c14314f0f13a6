// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The answer to a question. A denial is an answer, too; what is no answer is a ``ClientError``.
public struct Decision: Sendable {
    /// Whether the call may happen. Nothing else in an answer lets a call through.
    public let permits: Bool
    /// Its id, under which the outcome is reported and operators find the reasons; nil where nothing was recorded.
    public let id: String?
    /// `allow`, `limit`, `challenge`, `approve` or `deny`; nil when the decision point does not say.
    public let outcome: String?
    /// Why, in one stable word, such as `not_permitted`, which callers may learn.
    public let reason: String?
    /// Why, as a sentence that callers may learn.
    public let message: String?
    /// What would let the call through, such as `approve:shop-finance`.
    public let remedies: [String]
    /// The revision of the control log that it was decided at.
    public let revision: Int64?
    /// What is left of a limit; nil unless one was spent from.
    public let remaining: Int64?
    /// How long to wait until a limit has room again; nil unless a limit is the reason.
    public let retryAfter: Duration?
    /// Header fields for the caller: `WWW-Authenticate` where another credential or a stronger one could help (one for
    /// each challenge), `RateLimit` and `RateLimit-Policy`.
    public let fields: [(name: String, value: String)]
}
