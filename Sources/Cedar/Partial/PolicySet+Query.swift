// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension PolicySet {
    /// Prepares a query over the entities of `directory`: evaluates the policies as far as the query allows and plans
    /// where to look.
    ///
    /// The answers are those entities of the directory for which ``authorize(_:entities:)`` allows the request; with a
    /// schema, none for which the schema has no such request. Actions asked for are those of the schema or, without one,
    /// the entities of action types and the actions that policies name; not those that group others.
    public func prepare(
        _ query: PolicyQuery,
        in directory: EntityDirectory,
        schema: Schema? = nil
    ) -> PreparedQuery {
        prepare(query, in: directory, seen: directory.store, differing: nil, schema: schema)
    }

    /// Prepares a query whose policies see `entities` instead of those of the directory.
    ///
    /// - Parameters:
    ///   - entities: the directory's entities, those in `differing` with other attributes or tags. The hierarchy is the
    ///     same.
    ///   - differing: the names of those.
    public func prepare(
        _ query: PolicyQuery,
        in directory: EntityDirectory,
        entities: some EntityLookup,
        differing: [EntityUID],
        schema: Schema? = nil
    ) -> PreparedQuery {
        prepare(query, in: directory, seen: entities, differing: differing, schema: schema)
    }

    private func prepare(
        _ query: PolicyQuery,
        in directory: EntityDirectory,
        seen entities: some EntityLookup,
        differing: [EntityUID]?,
        schema: Schema?
    ) -> PreparedQuery {
        let response: PartialResponse
        do throws(PartialRequestError) {
            response = try authorizePartially(query.request, entities: entities, schema: schema)
        } catch {
            return PreparedQuery(query, policies: self, source: .actions([]))
        }
        let variable: Variable
        let type: EntityTypeName
        switch query.sought {
        case .principals(let wanted): (variable, type) = (.principal, wanted)
        case .resources(let wanted): (variable, type) = (.resource, wanted)
        case .actions:
            let actions = response.decision == .deny ? [] : actions(for: query, directory, schema)
            return PreparedQuery(query, policies: self, source: .actions(actions))
        }
        guard response.decision != .deny else { return PreparedQuery(query, policies: self, source: .actions([])) }
        let planner = CandidatePlanner(
            variable: variable,
            type: type,
            directory: directory,
            entities: entities,
            areEntitiesStored: differing == nil
        )
        var plans = response.residuals.filter { $0.policy.effect == .permit && $0.mayBeSatisfied }.map(planner.plan)
        plans += (differing ?? []).map(CandidatePlan.one)
        return PreparedQuery(
            query,
            policies: self,
            source: .entities(type, directory, .union(plans, maximumSize: 1 << 17))
        )
    }

    private func actions(for query: PolicyQuery, _ directory: EntityDirectory, _ schema: Schema?) -> [EntityUID] {
        if let schema {
            return schema.actions.values.filter { action in
                query.request.principal.type.map(action.principals.contains) ?? true
                    && query.request.resource.type.map(action.resources.contains) ?? true
            }.map(\.uid).sorted()
        }
        // An action above others is one, too: without a schema nothing tells a group from what may be asked for.
        var actions: Set<EntityUID> = []
        for type in directory.types where type.isAction {
            let order = directory.order(of: type)
            for place in 0..<order.count { actions.insert(directory.store.uid(of: order.handle(at: place))) }
        }
        for policy in policies {
            switch policy.scope.action {
            case .any: break
            case .equal(let uid), .member(let uid): actions.insert(uid)
            case .memberOfAny(let uids): actions.formUnion(uids)
            }
            for case .entity(let uid) in policy.expression.literals where uid.type.isAction { actions.insert(uid) }
        }
        return actions.sorted()
    }
}
