// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// The batch forms of the command line: one line of JSON in, one line of JSON out.
///
/// Pure functions; whoever calls them reads and writes the lines. They never fail: what is wrong with a line is in its
/// answer, so that one bad line does not stop the others.
public enum PolicyBatch {
    /// What a line may cost to read. A case is a whole world, and Cedar's JSON policy form nests far deeper than other
    /// JSON, so both bounds lie above ``JSONLimits/standard``.
    public static let limits = JSONLimits(
        maximumBytes: 16 << 20,
        // The form stands in a member of the line.
        maximumDepth: PolicyForm.maximumDepth + 1,
        maximumValues: 1 << 22
    )

    // Of bytes of a line the most of policy ids, and of policies written out, in its answer: many requests that many
    // policies decide, and many links of one long template, would answer a short line with more than memory holds.
    private static let answerShare = 4

    /// Answers `{"id", "policies", "entities", "requests": [{"principal", "action", "resource", "context"?}]}` with
    /// `{"id", "results": [{"decision", "reason", "errors"}]}`.
    ///
    /// The policies are Cedar text or, as an object, Cedar's JSON policy form. With a `"schema"`, a text in the Cedar
    /// schema language, entities and requests are read and checked with it. With `"validate": "strict"` or
    /// `"permissive"` as well the answer has a `"validation"`: see ``BatchValidation``.
    ///
    /// A request that is not of the form answers `{"error"}` in its place; a case that cannot be read at all answers
    /// `{"id", "error"}`, with the validation if it came to that; a line that is no JSON answers `{"id": null,
    /// "error"}`. The answer has no line feed.
    public static func evaluate(_ line: [UInt8], limits: JSONLimits = PolicyBatch.limits) -> [UInt8] {
        answer(line, limits) { object throws(BatchFault) in
            let policies = try policySet("policies", of: object)
            let schema = try schema(of: object)
            var members: [(String, JSONValue)] = []
            if let validation = try validation(of: policies, schema, object) {
                members.append(("validation", validation.json))
            }
            do throws(BatchFault) {
                members.insert(("results", .array(try results(of: object, policies, schema, limits))), at: 0)
            } catch {
                members.insert(("error", error.json), at: 0)
            }
            return members
        }
    }

    /// Answers `{"id", "text"}` with `{"id", "accepts": true}`, or with `{"id", "accepts": false, "error"}` when the
    /// text is no Cedar policy set, or there is none. In the place of a text may stand an object, Cedar's JSON form.
    ///
    /// With `"forms": true` the answer also has what was read in both forms, as `"text"` and `"json"` where the form can
    /// hold it, and a text also `"formatted"`.
    ///
    /// Bad lines are answered as by ``evaluate(_:limits:)``.
    public static func parse(_ line: [UInt8], limits: JSONLimits = PolicyBatch.limits) -> [UInt8] {
        answer(line, limits) { object throws(BatchFault) in
            do throws(BatchFault) {
                let policies = try policySet("text", of: object)
                return [("accepts", true)]
                    + (object["forms"] == true ? forms(of: policies, object["text"]?.stringValue, limits) : [])
            } catch {
                return [("accepts", false), ("error", error.json)]
            }
        }
    }

    /// Answers `{"id", "text"}` with `{"id", "accepts": true}`, or with `{"id", "accepts": false, "error"}` when the
    /// text is no schema of the Cedar schema language, or its names cannot be resolved, or there is none. In the place
    /// of a text may stand an object, Cedar's JSON form, and `"forms"` is as for ``parse(_:limits:)``.
    ///
    /// Bad lines are answered as by ``evaluate(_:limits:)``.
    public static func parseSchema(_ line: [UInt8], limits: JSONLimits = PolicyBatch.limits) -> [UInt8] {
        answer(line, limits) { object throws(BatchFault) in
            do throws(BatchFault) {
                let fragment = try schemaFragment("text", of: object)
                return [("accepts", true)] + (object["forms"] == true ? forms(of: fragment) : [])
            } catch {
                return [("accepts", false), ("error", error.json)]
            }
        }
    }

    // What all forms share: the line is read, the id is kept whatever happens, faults become answers.
    private static func answer(
        _ line: [UInt8],
        _ limits: JSONLimits,
        _ body: (JSONObject) throws(BatchFault) -> [(String, JSONValue)]
    ) -> [UInt8] {
        var id = JSONValue.null
        var members: [(String, JSONValue)]
        do throws(BatchFault) {
            let json = try parseLine(line, limits)
            guard case .object(let object) = json else {
                throw BatchFault(code: "kind", message: "a line holds an object, not \(json.kindName)")
            }
            id = object["id"] ?? .null
            members = try body(object)
        } catch {
            members = [("error", error.json)]
        }
        members.insert(("id", id), at: 0)
        return JSONValue.object(JSONObject(members)).serialized()
    }

    private static func parseLine(_ line: [UInt8], _ limits: JSONLimits) throws(BatchFault) -> JSONValue {
        do throws(JSONError) { return try JSONValue(parsing: line, limits: limits) } catch { throw BatchFault(error) }
    }

    static func string(_ key: String, of object: JSONObject) throws(BatchFault) -> String {
        guard let text = object[key]?.stringValue else {
            throw BatchFault(code: "kind", message: "'\(key)' must be a string", pointer: "/\(key)")
        }
        return text
    }

    private static func schema(_ text: String) throws(BatchFault) -> Schema {
        do throws(SchemaError) { return try Schema(parsing: text) } catch { throw BatchFault(error) }
    }

    private static func schema(of object: JSONObject) throws(BatchFault) -> Schema? {
        guard let json = object["schema"], json != .null else { return nil }
        do throws(BatchFault) {
            return try schema(try string("schema", of: object))
        } catch {
            // Line and column are those of the schema's text, not of the policies'.
            var fault = error
            fault.pointer = "/schema"
            throw fault
        }
    }

    private static func validation(
        of policies: PolicySet,
        _ schema: Schema?,
        _ object: JSONObject
    ) throws(BatchFault) -> BatchValidation? {
        guard let json = object["validate"], json != .null else { return nil }
        guard let mode = json.stringValue.flatMap(ValidationMode.init(rawValue:)) else {
            let message = "'validate' must be \"strict\" or \"permissive\""
            throw BatchFault(code: "kind", message: message, pointer: "/validate")
        }
        guard let schema else {
            throw BatchFault(code: "missing", message: "to validate, a 'schema' is needed", pointer: "/schema")
        }
        return BatchValidation(policies, schema, mode)
    }

    private static func results(
        of object: JSONObject,
        _ policies: PolicySet,
        _ schema: Schema?,
        _ limits: JSONLimits
    ) throws(BatchFault) -> [JSONValue] {
        let entities = try entityStore(object["entities"] ?? [], schema)
        guard let requests = object["requests"]?.arrayValue else {
            throw BatchFault(code: "kind", message: "'requests' must be an array", pointer: "/requests")
        }
        var room = answerBytes(limits)
        return requests.enumerated().map { index, json in
            result(json, at: "/requests/\(index)", policies, entities, schema, &room)
        }
    }

    private static func entityStore(_ json: JSONValue, _ schema: Schema?) throws(BatchFault) -> EntityStore {
        do throws(EntityReadError) {
            guard let schema else { return try EntityStore(json: json) }
            return try EntityStore(json: json, schema: schema)
        } catch {
            throw BatchFault(error, under: "/entities")
        }
    }

    // One request; a bad one does not touch its neighbours.
    private static func result(
        _ json: JSONValue,
        at pointer: String,
        _ policies: PolicySet,
        _ entities: EntityStore,
        _ schema: Schema?,
        _ room: inout Int
    ) -> JSONValue {
        guard room >= 0 else { return ["error": tooLarge(at: pointer).json] }
        do throws(EntityFormatError) {
            let request =
                if let schema {
                    try AuthorizationRequest(json: json, schema: schema)
                } else {
                    try AuthorizationRequest(json: json)
                }
            let response = policies.authorize(request, entities: entities)
            room -= response.idBytes
            return room >= 0 ? response.json : ["error": tooLarge(at: pointer).json]
        } catch {
            return ["error": BatchFault(error, under: pointer).json]
        }
    }

    /// The most bytes of policy ids, or of policies written out, in an answer.
    static func answerBytes(_ limits: JSONLimits) -> Int { answerShare * limits.maximumBytes }

    static func tooLarge(at pointer: String) -> BatchFault {
        BatchFault(code: "size", message: "the answer is too large; ask in parts", pointer: pointer)
    }
}
