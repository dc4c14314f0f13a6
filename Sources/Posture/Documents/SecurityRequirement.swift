// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What a call of an operation has to prove, after inheritance: the operation's own requirement where it states one,
/// the document's otherwise (OpenAPI 3.1 section 4.8.10; Swagger 2.0, Operation Object).
public struct SecurityRequirement: Sendable, Equatable {
    /// Whether a call can do without proving who makes it.
    public enum Access: String, Sendable, CaseIterable {
        /// Nothing is required: no requirement, or an empty list of them.
        case none
        /// One of the alternatives requires nothing.
        case optional
        /// Every alternative requires something.
        case required
    }

    /// The alternatives; each is the names of the schemes that it asks for together.
    public let alternatives: [[String]]
    /// Whether the operation states it itself.
    public let isOwn: Bool

    /// Whether a call can do without.
    public var access: Access {
        if alternatives.isEmpty { return .none }
        return alternatives.contains(where: \.isEmpty) ? .optional : .required
    }
}
