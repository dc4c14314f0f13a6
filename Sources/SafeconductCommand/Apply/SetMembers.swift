// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// The members of objects that are lists by form and sets by meaning: their order is no difference, as for the server.
enum SetMembers {
    private static let names = ["audiences", "algorithms", "hosts", "federation", "served_by"]

    /// `wanted` with these lists as they stand in `before`, where only their order differs.
    static func inOrder(of before: JSONObject, _ wanted: JSONObject) -> JSONObject {
        JSONObject(
            wanted.map { member in
                if names.contains(member.key) { return (member.key, kept(member.value, before[member.key])) }
                guard member.key == "required_claims", let claims = member.value.objectValue else {
                    return (member.key, member.value)
                }
                let present = before[member.key]
                return (member.key, .object(JSONObject(claims.map { ($0.key, kept($0.value, present?[$0.key])) })))
            }
        )
    }

    private static func kept(_ new: JSONValue, _ old: JSONValue?) -> JSONValue {
        guard let old, let before = old.arrayValue, let after = new.arrayValue else { return new }
        return before.allSatisfy(after.contains) && after.allSatisfy(before.contains) ? old : new
    }
}
