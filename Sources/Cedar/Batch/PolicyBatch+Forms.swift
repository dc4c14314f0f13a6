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

    static func forms(
        of policies: PolicySet,
        _ source: String?,
        _ limits: JSONLimits
    ) throws(BatchFault) -> [(String, JSONValue)] {
        // In the order of the text they came from, policies and templates mixed.
        let all = (Array(policies.policies) + Array(policies.templates)).enumerated().sorted {
            ($0.element.position.offset, $0.offset) < ($1.element.position.offset, $1.offset)
        }
        var room = answerBytes(limits)
        var texts: [String] = []
        for (_, policy) in all {
            texts.append(policy.text)
            room -= texts.last?.utf8.count ?? 0
            guard room >= 0 else { throw tooLarge(at: "/text") }
        }
        var members: [(String, JSONValue)] = [("text", .string(texts.joined(separator: "\n")))]
        do throws(PolicyFormError) {
            members.append(("json", try policies.json))
        } catch {
            throw BatchFault(error, under: "/json")
        }
        guard let source else { return members }
        do throws(ParseError) {
            members.append(("formatted", .string(try PolicyFormatter.format(source))))
        } catch {
            throw BatchFault(error)
        }
        return members
    }

    /// The text is missing when the text form cannot say what the JSON said.
    static func forms(of schema: SchemaFragment) -> [(String, JSONValue)] {
        let json = ("json", schema.json)
        guard let text = try? schema.text else { return [json] }
        return [("text", .string(text)), json]
    }
}
