// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Where a linked policy comes from: a template, and the entities that fill its slots.
public struct TemplateLink: Sendable, Hashable {
    /// The id of the template.
    public let template: Text
    /// What fills `?principal`; nil when the template has no such slot.
    public let principal: EntityUID?
    /// What fills `?resource`; nil when the template has no such slot.
    public let resource: EntityUID?

    /// The link of `template` to these entities.
    public init(template: Text, principal: EntityUID? = nil, resource: EntityUID? = nil) {
        self.template = template
        self.principal = principal
        self.resource = resource
    }
}
