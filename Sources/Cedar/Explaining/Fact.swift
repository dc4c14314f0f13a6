// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Something that is not so and would have to be, or the other way round.
public struct Fact: Sendable {
    /// The variable through which the policy comes to it: `context` is what the caller says about the request, the
    /// others lead to what is known.
    public let root: Variable?
    /// The names behind the variable in the policy's text.
    public let path: [Text]
    /// What it is about.
    public let subject: FactSubject
    /// What must be true of it; all of these.
    public let requirements: [FactRequirement]
    /// A value with which the change was tried; nil where it is no value, or where any would do.
    public let example: Value?
}
