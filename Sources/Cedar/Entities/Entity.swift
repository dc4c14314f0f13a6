// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// One entity: its name, attributes, direct parents and tags.
public struct Entity: Sendable, Hashable {
    /// Its name.
    public let uid: EntityUID
    /// Its attributes.
    public var attributes: Record
    /// The entities directly above it; they need not exist themselves.
    public var parents: Set<EntityUID>
    /// Its tags.
    public var tags: Record

    /// An entity of these parts.
    public init(uid: EntityUID, attributes: Record = [:], parents: Set<EntityUID> = [], tags: Record = [:]) {
        self.uid = uid
        self.attributes = attributes
        self.parents = parents
        self.tags = tags
    }
}
