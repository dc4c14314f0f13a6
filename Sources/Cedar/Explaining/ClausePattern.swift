// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Something a fact can be about: where a clause finds the value that it asks about.
enum ClausePlace: Sendable {
    /// An attribute, the path from a variable.
    case attribute(Variable, [Text])
    /// A tag; the entity and the key are roots of ``ClausePlan/body``.
    case tag(entity: Int32, key: Int32)
}

/// What a clause asks, in the shapes for which it is known which value would answer it. Integers name roots of
/// ``ClausePlan/body``, whose values are taken when they are needed.
enum ClausePattern: Sendable {
    /// The value itself, a Bool.
    case truth(ClausePlace)
    /// The value compared with the root's; of decimals, too.
    case compare(ExpressionNode.Comparison, ClausePlace, with: Int32)
    /// Whether the root, a set, contains the value.
    case element(ClausePlace, of: Int32)
    /// `.contains` and its kin of the value, a set.
    case contains(ExpressionNode.SetOperation, ClausePlace, Int32)
    case isEmpty(ClausePlace)
    /// Whether the first root, an entity, is in the second.
    case member(Int32, of: Int32)
    /// Whether the root, an entity, is or is among the value: the other way to make a membership true.
    case listed(Int32, in: ClausePlace)
    case has(ClausePlace)
    case like(ClausePlace, LikePattern)
    case inRange(ClausePlace, Int32)
    /// `isIpv4` and its kin.
    case classify(ExtensionFunction, ClausePlace)
}
