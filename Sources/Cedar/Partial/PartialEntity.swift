// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The principal, action or resource of a ``PartialRequest``.
public enum PartialEntity: Sendable, Hashable {
    /// This entity.
    case known(EntityUID)
    /// Some entity; of this type when one is given.
    case unknown(EntityTypeName?)

    /// Whether `uid` may be it.
    public func admits(_ uid: EntityUID) -> Bool {
        switch self {
        case .known(let known): known == uid
        case .unknown(let type?): uid.type == type
        case .unknown(nil): true
        }
    }
}
