// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension PolicySet {
    /// The policies that were linked from templates, in order.
    public var links: [Policy] { policies.filter { $0.link != nil } }

    /// Adds the policy `id`, linked from the template `template`, behind all others.
    ///
    /// The template stays and may be linked again. The cost is that of adding one policy, whatever the size of the set.
    /// - Throws: ``LinkError``; the set is then as it was.
    public mutating func link(
        template: Text,
        id: Text,
        principal: EntityUID? = nil,
        resource: EntityUID? = nil
    ) throws(LinkError) {
        guard let found = self[template], found.isTemplate else {
            throw LinkError(.unknownTemplate, "there is no template \(template.quoted)")
        }
        let policy = try found.linked(id: id, principal: principal, resource: resource)
        do throws(DuplicatePolicyError) {
            try add(policy)
        } catch {
            throw LinkError(.duplicateID, "the id \(id.quoted) is taken")
        }
    }

    /// Removes the linked policy `id`.
    ///
    /// - Throws: ``LinkError`` when there is none; policies that were written out and templates are left alone.
    public mutating func unlink(_ id: Text) throws(LinkError) {
        guard self[id]?.link != nil else { throw LinkError(.unknownLink, "there is no linked policy \(id.quoted)") }
        remove(id)
    }

    /// A set that has one linked policy more; see ``link(template:id:principal:resource:)``.
    public func linking(
        template: Text,
        id: Text,
        principal: EntityUID? = nil,
        resource: EntityUID? = nil
    ) throws(LinkError) -> PolicySet {
        var copy = self
        try copy.link(template: template, id: id, principal: principal, resource: resource)
        return copy
    }

    /// A set with all of `links`, in their order, each under its id; all of them or none.
    public func linking(_ links: [(id: Text, link: TemplateLink)]) throws(LinkError) -> PolicySet {
        var copy = self
        for (id, link) in links {
            try copy.link(template: link.template, id: id, principal: link.principal, resource: link.resource)
        }
        return copy
    }

    /// A set without the linked policy `id`.
    public func unlinking(_ id: Text) throws(LinkError) -> PolicySet {
        var copy = self
        try copy.unlink(id)
        return copy
    }
}
