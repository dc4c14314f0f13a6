// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What a policy does when it is satisfied.
public enum Effect: String, Sendable, Hashable {
    /// It allows, unless a `forbid` is satisfied as well.
    case permit
    /// It denies, whatever else is satisfied.
    case forbid
}
