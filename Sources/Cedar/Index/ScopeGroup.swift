// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// All policies of a set that have the same scope. The scope is tested once for all of them.
struct ScopeGroup: BitwiseCopyable {
    /// What the scope asks of each entity, ``ScopeKey/none`` for nothing.
    var principal = ScopeKey.none
    /// Also ``ScopeKey/none`` when the scope lists several actions.
    var action = ScopeKey.none
    var resource = ScopeKey.none
    /// Whether the scope lists several actions.
    var listsActions = false
    /// The place of one of the policies, whose scope is tested.
    var policy: Int32
    /// The node of the guards of all; `~place` when there is one policy alone.
    var guards: Int32

    /// The key of one of the three.
    subscript(axis: ScopeKey.Axis) -> Int {
        switch axis {
        case .principal: principal
        case .action: action
        case .resource: resource
        }
    }
}
