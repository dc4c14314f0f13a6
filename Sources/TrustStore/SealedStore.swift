// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Small secrets by name, stored as given: whoever calls encrypts first.
public protocol SealedStore: Sendable {
    /// The blob of this name; nil when there is none.
    func read(_ name: String) throws(StoreError) -> [UInt8]?
    /// Keeps a blob under a new name, durable on return; when the name is taken, the kept blob is returned instead.
    func insert(_ name: String, _ blob: [UInt8]) throws(StoreError) -> [UInt8]
    /// Destroys every blob whose name begins with `prefix`, overwriting what it held; how many there were.
    ///
    /// Throws `.range` for an empty prefix, and `.busy` when a reader keeps old copies alive: then repeat it.
    func destroy(prefix: String) throws(StoreError) -> Int
}
