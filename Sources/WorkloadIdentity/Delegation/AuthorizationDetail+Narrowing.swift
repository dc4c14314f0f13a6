// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON

extension AuthorizationDetail {
    /// Whether everything that this detail grants, `other` grants too.
    public func isWithin(_ other: AuthorizationDetail) -> Bool {
        func limited(_ mine: TextSet?, by limit: TextSet?) -> Bool {
            guard let limit else { return true }
            return mine?.isWithin(limit) ?? false
        }
        func limited(_ mine: String?, by limit: String?) -> Bool {
            guard let limit else { return true }
            return mine.map { sameBytes($0, limit) } ?? false
        }
        guard actions.isWithin(other.actions), privileges.isWithin(other.privileges),
            limited(locations, by: other.locations), limited(datatypes, by: other.datatypes),
            limited(identifier, by: other.identifier), limited(purpose, by: other.purpose)
        else { return false }
        guard let end = other.notAfter else { return true }
        return notAfter.map { $0 <= end } ?? false
    }

    /// What both details grant, nil when that is nothing.
    public func narrowed(to other: AuthorizationDetail) -> AuthorizationDetail? {
        func common(_ mine: TextSet?, _ limit: TextSet?) -> TextSet?? {
            guard let mine, let limit else { return .some(mine ?? limit) }
            let both = mine.narrowed(to: limit)
            // An array is there with something in it or not at all; an absent one would not limit.
            return both.texts.isEmpty ? nil : .some(both)
        }
        func common(_ mine: String?, _ limit: String?) -> String?? {
            guard let mine, let limit else { return .some(mine ?? limit) }
            return sameBytes(mine, limit) ? .some(mine) : nil
        }
        guard let places = common(locations, other.locations), let data = common(datatypes, other.datatypes),
            let resource = common(identifier, other.identifier), let reason = common(purpose, other.purpose)
        else { return nil }
        let ends = [notAfter, other.notAfter].compactMap { $0 }
        return try? AuthorizationDetail(
            actions: actions.narrowed(to: other.actions),
            locations: places,
            datatypes: data,
            identifier: resource,
            privileges: privileges.narrowed(to: other.privileges),
            purpose: reason,
            notAfter: ends.min()
        )
    }
}
