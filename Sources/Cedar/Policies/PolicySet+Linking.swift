// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension PolicySet {
    /// The policies that were linked from templates, in order.
    public var links: [Policy] { policies.filter { $0.link != nil } }

    /// The template `id`, nil when there is none.
    public func template(_ id: Text) -> Policy? { templates.first { $0.id == id } }

    /// This set and the policy `id`, linked from one of its templates.
    ///
    /// The template stays and may be linked again.
    public func linking(
        template: Text,
        id: Text,
        principal: EntityUID? = nil,
        resource: EntityUID? = nil
    ) throws(LinkError) -> PolicySet {
        try linking([(id, TemplateLink(template: template, principal: principal, resource: resource))])
    }

    /// This set and all of `links`, in their order, each under its id; all of them or none.
    public func linking(_ links: [(id: Text, link: TemplateLink)]) throws(LinkError) -> PolicySet {
        var ids = Set(policies.map(\.id)).union(templates.map(\.id))
        var byID: [Text: Policy] = [:]
        for template in templates { byID[template.id] = template }
        var all = policies
        all.reserveCapacity(policies.count + links.count)
        for (id, link) in links {
            guard let template = byID[link.template] else {
                throw LinkError(.unknownTemplate, "there is no template \(link.template.quoted)")
            }
            guard ids.insert(id).inserted else { throw LinkError(.duplicateID, "the id \(id.quoted) is taken") }
            all.append(try template.linked(id: id, principal: link.principal, resource: link.resource))
        }
        return PolicySet(distinct: all, templates: templates)
    }

    /// This set without the linked policy `id`.
    public func unlinking(_ id: Text) throws(LinkError) -> PolicySet {
        guard let place = policies.firstIndex(where: { $0.id == id && $0.link != nil }) else {
            throw LinkError(.unknownLink, "there is no linked policy \(id.quoted)")
        }
        var all = policies
        all.remove(at: place)
        return PolicySet(distinct: all, templates: templates)
    }
}
