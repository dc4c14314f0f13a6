// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// How strictly policies are held to a schema.
public enum ValidationMode: String, Sendable, Hashable, CaseIterable {
    /// Values that are compared or mixed in one set must be of one type; extension values are written as literals.
    /// What passes can be analysed, and is what people should ship.
    case strict
    /// Types may be mixed as long as no evaluation can fail for it.
    case permissive
}
