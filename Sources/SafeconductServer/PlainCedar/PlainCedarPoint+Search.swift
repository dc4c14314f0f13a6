// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON

extension PlainCedarPoint {
    /// The most entities that one page evaluates. Beyond, it ends where it is and says where to go on.
    private static var candidatesOfPage: Int { 20_000 }

    /// Everything in the entity file that ``decide(_:for:)`` would permit, in the order of the ids' bytes; actions are the
    /// entities of the type `Action` and those that policies name.
    ///
    /// Who or what is named and is not in the file, and not described by properties, is unknown here: nothing is found
    /// (the certification scenario's empty results). Nor is anything found for a type that Cedar cannot have.
    public func search(
        _ search: AccessSearch,
        after position: String?,
        for inquiry: Inquiry
    ) async throws(Problem) -> SearchAnswer {
        guard EntityTypeName(search.subject.type) != nil, EntityTypeName(search.resource.type) != nil else {
            return .nothing
        }
        let mapping = try CedarMapping(search.question())
        guard !mapping.subjectAttributes.isEmpty || !mapping.resourceAttributes.isEmpty else {
            return await answer(search, mapping, after: position, seen: directory.store, [])
        }
        let (principal, resource) = (mapping.request.principal, mapping.request.resource)
        var overlay = EntityOverlay(directory.store)
        var described: [EntityUID] = []
        for (uid, attributes) in [(principal, mapping.subjectAttributes), (resource, mapping.resourceAttributes)]
        where !attributes.isEmpty {
            overlay.add(attributes, to: uid)
            described.append(uid)
        }
        return await answer(search, mapping, after: position, seen: overlay, described)
    }

    private func answer(
        _ search: AccessSearch,
        _ mapping: CedarMapping,
        after position: String?,
        seen entities: some EntityLookup & Sendable,
        _ described: [EntityUID]
    ) async -> SearchAnswer {
        let request = mapping.request
        let isSubjectKnown = search.sought == .subject || entities.handle(of: request.principal) != nil
        let isResourceKnown = search.sought == .resource || entities.handle(of: request.resource) != nil
        guard isSubjectKnown, isResourceKnown else { return .nothing }
        let query = PolicyQuery(request, seeking: search.sought)
        let prepared =
            described.isEmpty
            ? policies.prepare(query, in: directory)
            : policies.prepare(query, in: directory, entities: entities, differing: described)
        let type = search.sought.type(in: request)
        var next = position.flatMap(EntityUID.init(position:))
        var found: [String] = []
        var examined = 0
        repeat {
            let page = prepared.page(after: next, limit: search.limit - found.count, entities: entities)
            // An action of another type has no name here.
            found += page.results.filter { $0.type == type }.map(\.id.string)
            examined += page.examined
            next = page.next
            await Task.yield()
        } while next != nil && found.count < search.limit && examined < Self.candidatesOfPage
        return SearchAnswer(results: found, next: next?.position)
    }
}

extension PolicyQuery {
    /// The query for what is sought, the rest being that of a request.
    fileprivate init(_ request: AuthorizationRequest, seeking sought: AccessSearch.Sought) {
        self =
            switch sought {
            case .subject:
                .principals(
                    of: request.principal.type,
                    action: request.action,
                    resource: request.resource,
                    context: request.context
                )
            case .resource:
                .resources(
                    of: request.resource.type,
                    principal: request.principal,
                    action: request.action,
                    context: request.context
                )
            case .action:
                .actions(principal: request.principal, resource: request.resource, context: request.context)
            }
    }
}

extension AccessSearch.Sought {
    /// The type of what is sought.
    fileprivate func type(in request: AuthorizationRequest) -> EntityTypeName {
        switch self {
        case .subject: request.principal.type
        case .resource: request.resource.type
        case .action: request.action.type
        }
    }
}

extension EntityUID {
    /// The name as a token carries it: the type, a space, which no type contains, and the id.
    fileprivate var position: String { "\(type) \(id)" }

    /// Reads ``position``; nil for anything else.
    fileprivate init?(position: String) {
        let parts = position.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        self.init(type: String(parts[0]), id: String(parts[1]))
    }
}
