// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

extension PolicySet {
    /// The set that `json` describes in Cedar's JSON policy form: `{"templates", "staticPolicies", "templateLinks"}`,
    /// all three of them.
    ///
    /// - Throws: ``PolicyFormError`` with a JSON pointer into `json`. A template without a slot is refused, although
    ///   the reference implementation takes it: it would look like a policy and decide nothing.
    public init(json: JSONValue) throws(PolicyFormError) {
        let object = try FormObject(json, at: .root, "a policy set")
        try object.allow(["templates", "staticPolicies", "templateLinks"])
        let policies = try Self.policies(object, "staticPolicies", areTemplates: false)
        let templates = try Self.policies(object, "templates", areTemplates: true)
        var ids = Set(policies.map(\.id))
        for template in templates where !ids.insert(template.id).inserted {
            throw PolicyFormError(
                .duplicateID,
                "the id \(template.id.quoted) is taken by a static policy",
                at: JSONPath.root.member("templates").member(template.id.string)
            )
        }
        let set = PolicySet(distinct: policies, templates: templates)
        var links: [(id: Text, link: TemplateLink)] = []
        for (index, json) in try object.array("templateLinks").enumerated() {
            links.append(try Self.link(json, at: JSONPath.root.member("templateLinks").element(index)))
        }
        do throws(LinkError) {
            self = try set.linking(links)
        } catch {
            throw PolicyFormError(.link, error.message, "/templateLinks")
        }
    }

    private static func policies(
        _ set: FormObject,
        _ member: String,
        areTemplates: Bool
    ) throws(PolicyFormError) -> [Policy] {
        let object = try FormObject(set.member(member), at: set.path.member(member), "'\(member)'")
        var policies: [Policy] = []
        policies.reserveCapacity(object.members.count)
        for member in object.members {
            let path = object.path.member(member.key)
            let policy = try Policy(json: member.value, id: Text(member.key), at: path)
            guard policy.isTemplate == areTemplates else {
                let message =
                    areTemplates
                    ? "a policy without a slot is no template" : "a template cannot stand among static policies"
                throw PolicyFormError(.slot, message, at: path)
            }
            policies.append(policy)
        }
        return policies
    }

    private static func link(
        _ json: JSONValue,
        at path: JSONPath
    ) throws(PolicyFormError) -> (id: Text, link: TemplateLink) {
        let object = try FormObject(json, at: path, "a link")
        try object.allow(["templateId", "newId", "values"])
        let values = try FormObject(object.member("values"), at: path.member("values"), "the values")
        try values.allow(["?principal", "?resource"])
        let link = TemplateLink(
            template: Text(try object.string("templateId")),
            principal: values.members["?principal"] == nil ? nil : try values.entity("?principal"),
            resource: values.members["?resource"] == nil ? nil : try values.entity("?resource")
        )
        return (Text(try object.string("newId")), link)
    }
}
