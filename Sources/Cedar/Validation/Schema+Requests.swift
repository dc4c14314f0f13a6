// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension Schema {
    /// Checks that a request is of a kind the schema allows: the action is known, applies to principals and resources
    /// of these types, and the context is of the action's type. The entities themselves need not exist.
    public func validate(_ request: AuthorizationRequest) throws(ConformanceError) {
        let conformance = Conformance(schema: self)
        try conformance.check(request.principal, JSONPath.root.member("principal"))
        try conformance.check(request.resource, JSONPath.root.member("resource"))
        guard let action = actions[request.action] else {
            throw conformance.unknownAction(request.action, JSONPath.root.member("action"))
        }
        guard action.principals.contains(request.principal.type) else {
            throw ConformanceError(
                .principalType,
                inapplicable(action, "principals", request.principal, action.principals),
                at: JSONPath.root.member("principal")
            )
        }
        guard action.resources.contains(request.resource.type) else {
            throw ConformanceError(
                .resourceType,
                inapplicable(action, "resources", request.resource, action.resources),
                at: JSONPath.root.member("resource")
            )
        }
        try conformance.check(request.context, action.context, JSONPath.root.member("context"))
    }

    private func inapplicable(
        _ action: Action,
        _ role: String,
        _ uid: EntityUID,
        _ types: Set<EntityTypeName>
    ) -> String {
        let known = NameHelp.list(types: types)
        let help = known.isEmpty ? "it applies to none" : "its \(role) are of type \(known)"
        return "\(action.uid) does not apply to \(uid): \(help)"
    }
}
