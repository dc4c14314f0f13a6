// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

extension PolicySet {
    /// The set in Cedar's JSON policy form, `{"templates", "staticPolicies", "templateLinks"}`: the policies by their
    /// ids, and the links as template, new id and values.
    ///
    /// A linked policy whose template is not in the set is written as the static policy that it amounts to.
    /// - Throws: ``PolicyFormError`` as a policy's ``Policy/json`` does, with the policy in its pointer.
    public var json: JSONValue {
        get throws(PolicyFormError) {
            var links: [JSONValue] = []
            var written: [Policy] = []
            for policy in policies {
                if let link = policy.link, self[link.template]?.isTemplate == true {
                    links.append(link.json(id: policy.id))
                } else {
                    written.append(policy)
                }
            }
            return [
                "templates": try Self.forms(of: Array(templates), "templates"),
                "staticPolicies": try Self.forms(of: written, "staticPolicies"),
                "templateLinks": .array(links),
            ]
        }
    }

    private static func forms(of policies: [Policy], _ member: String) throws(PolicyFormError) -> JSONValue {
        var pairs: [(String, JSONValue)] = []
        pairs.reserveCapacity(policies.count)
        for policy in policies {
            do throws(PolicyFormError) {
                pairs.append((policy.id.string, try policy.json))
            } catch {
                let path = JSONPath.root.member(member).member(policy.id.string)
                throw PolicyFormError(error.code, error.message, path.pointer + error.pointer)
            }
        }
        return .object(JSONObject(pairs))
    }
}

extension TemplateLink {
    fileprivate func json(id: Text) -> JSONValue {
        var values: [(String, JSONValue)] = []
        if let principal { values.append(("?principal", ["__entity": principal.json])) }
        if let resource { values.append(("?resource", ["__entity": resource.json])) }
        return [
            "templateId": .string(template.string), "newId": .string(id.string),
            "values": .object(JSONObject(values)),
        ]
    }
}
