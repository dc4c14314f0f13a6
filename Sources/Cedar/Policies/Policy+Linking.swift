// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension Policy {
    /// The policy `id` that this template becomes when its slots are filled.
    ///
    /// Exactly the slots it has must be filled. The annotations stay; the conditions are shared with the template, so a
    /// link costs a scope and nothing else.
    /// - Throws: ``LinkError``, also when this is no template.
    public func linked(
        id: Text,
        principal: EntityUID? = nil,
        resource: EntityUID? = nil
    ) throws(LinkError) -> Policy {
        guard isTemplate else {
            throw LinkError(.unknownTemplate, "\(self.id.quoted) has no slot, it is no template")
        }
        let scope = Scope(
            principal: try self.scope.principal.filled(with: principal, "?principal", of: self.id),
            action: self.scope.action,
            resource: try self.scope.resource.filled(with: resource, "?resource", of: self.id)
        )
        let link = TemplateLink(template: self.id, principal: principal, resource: resource)
        return Policy(id: id, body: PolicyBody(linking: body, scope: scope, link: link))
    }
}

extension EntityConstraint {
    // The constraint with `value` in its slot: one must be there when the other is.
    fileprivate func filled(
        with value: EntityUID?,
        _ slot: String,
        of template: Text
    ) throws(LinkError) -> EntityConstraint {
        guard let value else {
            if hasSlot { throw LinkError(.missingValue, "the template \(template.quoted) needs a value for \(slot)") }
            return self
        }
        switch self {
        case .equal(.slot): return .equal(.entity(value))
        case .member(.slot): return .member(.entity(value))
        case .typeAndMember(let type, .slot): return .typeAndMember(type, .entity(value))
        default: throw LinkError(.unexpectedValue, "the template \(template.quoted) has no slot \(slot)")
        }
    }
}
