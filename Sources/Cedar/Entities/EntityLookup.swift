// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Where an evaluation finds entities.
///
/// ``EntityStore`` is one; an application that holds its objects in tables of its own answers these questions
/// from them and copies nothing. Answers must stay the same during one decision.
public protocol EntityLookup {
    /// The handle of the entity `uid`; nil when there is no such entity.
    func handle(of uid: EntityUID) -> EntityHandle?

    /// The attribute `name` of an entity; nil when it has none.
    func attribute(_ name: Text, of entity: EntityHandle) -> Value?

    /// The tag `name` of an entity; nil when it has none.
    func tag(_ name: Text, of entity: EntityHandle) -> Value?

    /// Whether `ancestor` is above an entity, over any number of steps; the entity itself is not above itself.
    func isMember(_ entity: EntityHandle, of ancestor: EntityUID) -> Bool

    /// Calls `body` for everything that ``isMember(_:of:)`` says is above an entity, in any order, and gives true; or
    /// gives false when that cannot be listed.
    ///
    /// With it the policies about a request are found by what its entities are in. Without it the scope of each policy
    /// is tested: the answers are the same, their cost grows with the number of different scopes.
    func forEachAncestor(of entity: EntityHandle, _ body: (EntityUID) -> Void) -> Bool
}

extension EntityLookup {
    /// Gives false: nothing is listed.
    public func forEachAncestor(of entity: EntityHandle, _ body: (EntityUID) -> Void) -> Bool { false }
}
