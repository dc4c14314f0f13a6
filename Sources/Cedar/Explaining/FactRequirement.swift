// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What must be true of the subject of a fact.
public enum FactRequirement: Sendable, Hashable {
    /// It is this value, or for `!=` not this one; for the other comparisons a long, moment, span or decimal on that
    /// side of it.
    case compare(ExpressionNode.Comparison, Value)
    /// It is one of these.
    case oneOf(ValueSet)
    /// It is none of these.
    case noneOf(ValueSet)
    /// It is a set with these elements.
    case containsAll(ValueSet)
    /// It is a set without at least one of these.
    case lacksOneOf(ValueSet)
    /// It is a set with at least one of these.
    case containsAny(ValueSet)
    /// It is a set with none of these.
    case containsNone(ValueSet)
    /// It is a set without elements, or for false one with some.
    case isEmpty(Bool)
    /// It is a string that matches, or for false one that does not.
    case like(LikePattern, Bool)
    /// It is an address in this range, or for false one outside.
    case inRange(IPAddressValue, Bool)
    /// It is an address of this kind (`isIpv4` and its kin), or for false of another.
    case classified(ExtensionFunction, Bool)
    /// It is there, or for false it is not.
    case present(Bool)
    /// It is a member, or for false it is not.
    case member(Bool)
    /// The expression of the clause is true, or for false it is false.
    case truth(Bool)
}
