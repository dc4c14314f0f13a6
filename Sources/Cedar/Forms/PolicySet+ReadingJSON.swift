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
        self.init()
        try read(object, "staticPolicies", areTemplates: false)
        try read(object, "templates", areTemplates: true)
        for (index, json) in try object.array("templateLinks").enumerated() {
            let path = JSONPath.root.member("templateLinks").element(index)
            let (id, link) = try Self.link(json, at: path)
            do throws(LinkError) {
                try self.link(template: link.template, id: id, principal: link.principal, resource: link.resource)
            } catch {
                throw PolicyFormError(.link, error.message, at: path)
            }
        }
    }

    private mutating func read(_ set: FormObject, _ member: String, areTemplates: Bool) throws(PolicyFormError) {
        let object = try FormObject(set.member(member), at: set.path.member(member), "'\(member)'")
        for member in object.members {
            let path = object.path.member(member.key)
            let policy = try Policy(json: member.value, id: Text(member.key), at: path)
            guard policy.isTemplate == areTemplates else {
                let message =
                    areTemplates
                    ? "a policy without a slot is no template" : "a template cannot stand among static policies"
                throw PolicyFormError(.slot, message, at: path)
            }
            do throws(DuplicatePolicyError) {
                try add(policy)
            } catch {
                throw PolicyFormError(.duplicateID, "the id \(policy.id.quoted) is taken", at: path)
            }
        }
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
