// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import Testing

/// Cedar alone, without the engine: an independent answer to compare with.
enum PlainAnswer {
    static func allows(_ policies: Cedar.PolicySet, met: [String]) throws -> Bool {
        let values = ValueSet(met.map { Value.string(Text($0)) })
        let request = AuthorizationRequest(
            principal: try #require(EntityUID(type: "Identity", id: "a")),
            action: try #require(EntityUID(type: "Action", id: "read")),
            resource: try #require(EntityUID(type: "Operation", id: "b/c")),
            context: ["met": .set(values)]
        )
        return policies.authorize(request, entities: try EntityStore([])).decision == .allow
    }
}
