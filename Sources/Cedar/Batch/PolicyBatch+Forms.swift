// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// Policies and schemas in a line: a string is a text, an object is Cedar's JSON form.
extension PolicyBatch {
    static func policySet(_ key: String, of object: JSONObject) throws(BatchFault) -> PolicySet {
        if let json = object[key], json.objectValue != nil {
            do throws(PolicyFormError) {
                return try PolicySet(json: json)
            } catch {
                throw BatchFault(error, under: "/\(key)")
            }
        }
        let text = try string(key, of: object)
        do throws(ParseError) { return try PolicySet(parsing: text) } catch { throw BatchFault(error) }
    }

    /// A schema as written; it resolves, too.
    static func schemaFragment(_ key: String, of object: JSONObject) throws(BatchFault) -> SchemaFragment {
        let text = object[key]?.objectValue == nil ? try string(key, of: object) : nil
        do throws(SchemaError) {
            let fragment =
                if let text {
                    try SchemaFragment(parsing: text)
                } else {
                    try SchemaFragment(json: object[key] ?? .null)
                }
            _ = try fragment.resolved()
            return fragment
        } catch {
            var fault = BatchFault(error)
            if text == nil { fault.pointer = "/\(key)" + (fault.pointer ?? "") }
            throw fault
        }
    }

    /// What was read, written. A form is missing that cannot hold it: a sum of more operands than the JSON form may
    /// nest, or many links of a template, which are long as text.
    static func forms(of policies: PolicySet, _ source: String?, _ limits: JSONLimits) -> [(String, JSONValue)] {
        var members: [(String, JSONValue)] = []
        if let text = text(of: policies, maximumBytes: answerBytes(limits)) { members.append(("text", .string(text))) }
        if let json = try? policies.json { members.append(("json", json)) }
        if let source, let text = try? PolicyFormatter.format(source) { members.append(("formatted", .string(text))) }
        return members
    }

    private static func text(of policies: PolicySet, maximumBytes: Int) -> String? {
        // In the order of the text they came from, policies and templates mixed.
        let all = (Array(policies.policies) + Array(policies.templates)).enumerated().sorted {
            ($0.element.position.offset, $0.offset) < ($1.element.position.offset, $1.offset)
        }
        var texts: [String] = []
        var room = maximumBytes
        for (_, policy) in all {
            texts.append(policy.text)
            room -= texts.last?.utf8.count ?? 0
            guard room >= 0 else { return nil }
        }
        return texts.joined(separator: "\n")
    }

    /// The text is missing when the text form cannot say what the JSON said.
    static func forms(of schema: SchemaFragment) -> [(String, JSONValue)] {
        let json = ("json", schema.json)
        guard let text = try? schema.text else { return [json] }
        return [("text", .string(text)), json]
    }
}
