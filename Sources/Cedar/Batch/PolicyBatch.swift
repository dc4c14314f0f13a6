// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// The batch forms of the command line: one line of JSON in, one line of JSON out.
///
/// Pure functions; whoever calls them reads and writes the lines. They never fail: what is wrong with a line is in its
/// answer, so that one bad line does not stop the others.
public enum PolicyBatch {
    /// Answers `{"id", "policies", "entities", "requests": [{"principal", "action", "resource", "context"?}]}` with
    /// `{"id", "results": [{"decision", "reason", "errors"}]}`.
    ///
    /// A request that is not of the form answers `{"error"}` in its place; a case that cannot be read at all answers
    /// `{"id", "error"}`; a line that is no JSON answers `{"id": null, "error"}`. The answer has no line feed.
    public static func evaluate(_ line: [UInt8], limits: JSONLimits = .standard) -> [UInt8] {
        answer(line, limits) { object throws(BatchFault) in
            let policies = try policySet(try string("policies", of: object))
            let entities = try entityStore(object["entities"] ?? [])
            guard let requests = object["requests"]?.arrayValue else {
                throw BatchFault(code: "kind", message: "'requests' must be an array", pointer: "/requests")
            }
            let results = requests.enumerated().map { index, json in
                result(json, at: "/requests/\(index)", policies, entities)
            }
            return [("results", .array(results))]
        }
    }

    /// Answers `{"id", "text"}` with `{"id", "accepts": true}`, or with `{"id", "accepts": false, "error"}` when the
    /// text is no Cedar policy set, or there is none.
    ///
    /// Bad lines are answered as by ``evaluate(_:limits:)``.
    public static func parse(_ line: [UInt8], limits: JSONLimits = .standard) -> [UInt8] {
        answer(line, limits) { object throws(BatchFault) in
            do throws(BatchFault) {
                _ = try policySet(try string("text", of: object))
                return [("accepts", true)]
            } catch {
                return [("accepts", false), ("error", error.json)]
            }
        }
    }

    // What both forms share: the line is read, the id is kept whatever happens, faults become answers.
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

    private static func string(_ key: String, of object: JSONObject) throws(BatchFault) -> String {
        guard let text = object[key]?.stringValue else {
            throw BatchFault(code: "kind", message: "'\(key)' must be a string", pointer: "/\(key)")
        }
        return text
    }

    private static func policySet(_ text: String) throws(BatchFault) -> PolicySet {
        do throws(ParseError) { return try PolicySet(parsing: text) } catch { throw BatchFault(error) }
    }

    private static func entityStore(_ json: JSONValue) throws(BatchFault) -> EntityStore {
        do throws(EntityReadError) {
            return try EntityStore(json: json)
        } catch {
            throw BatchFault(error, under: "/entities")
        }
    }

    // One request; a bad one does not touch its neighbours.
    private static func result(
        _ json: JSONValue,
        at pointer: String,
        _ policies: PolicySet,
        _ entities: EntityStore
    ) -> JSONValue {
        do throws(EntityFormatError) {
            return policies.authorize(try AuthorizationRequest(json: json), entities: entities).json
        } catch {
            return ["error": BatchFault(error, under: pointer).json]
        }
    }
}
