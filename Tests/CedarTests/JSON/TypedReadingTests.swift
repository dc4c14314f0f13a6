// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

/// Entities and requests read with a schema. The verdicts are those of the reference implementation, which was asked.
@Suite struct TypedReadingTests {
    /// Attributes of wide records are found by halving.
    @Test(arguments: [3, 16, 17, 40, 200])
    func wideRecords(count: Int) throws {
        let names = (0..<count).map { "a\($0)" }
        let shape = names.map { "\($0): Long" }.joined(separator: ", ")
        let schema = try Schema(parsing: "entity T {\(shape)}; action r appliesTo {principal: T, resource: T};")
        func isRead(_ names: [String]) -> Bool {
            let attributes = JSONValue.object(JSONObject(names.map { ($0, 1) }))
            let entity: JSONValue = ["uid": ["type": "T", "id": "a"], "attrs": attributes, "parents": []]
            return (try? EntityStore(json: [entity], schema: schema)) != nil
        }
        #expect(isRead(names) && isRead(names.reversed()))
        for name in names { #expect(!isRead(names.filter { $0 != name })) }
        for name in ["", "a", "a0x", "zz", "a\(count)"] { #expect(!isRead(names + [name])) }
        let conditions = names.map { "principal.\($0) == 1" }.joined(separator: " && ")
        let policy = try #require(try Policy.parse(permit(when: conditions)).first)
        #expect(Validator(schema).validate(policy).isValid)
        let other = try #require(try Policy.parse(permit(when: "principal.a\(count) == 1")).first)
        #expect(!Validator(schema).validate(other).isValid)
    }

    private static let schema = Result { try Schema(parsing: ValidationCases.schema) }

    private func read(_ text: String) -> Result<EntityStore, any Error> {
        Result { try EntityStore(json: json(text), schema: Self.schema.get()) }
    }

    private func user(_ attributes: String) -> String {
        let members = attributes.isEmpty ? "\"n\": 1" : "\"n\": 1, \(attributes)"
        return "[{\"uid\": {\"type\": \"U\", \"id\": \"x\"}, \"attrs\": {\(members)}, \"parents\": []}]"
    }

    private func attribute(_ name: Text, _ text: String) throws -> Value? {
        let store = try read(user(text)).get()
        return store[try uid("U::x")]?.attributes[name]
    }

    @Test(arguments: [
        #""d": "1.0""#, #""d": {"fn": "decimal", "arg": "1.0"}"#, #""d": {"fn": "decimal", "args": ["1.0"]}"#,
        #""d": {"__extn": {"fn": "decimal", "arg": "1.0"}}"#, #""d": {"fn": "decimal", "arg": "1.0", "x": 1}"#,
        #""d": {"__extn": {"fn": "decimal", "arg": "1.0"}, "__entity": 5}"#,
    ])
    func decimals(text: String) throws {
        #expect(try attribute("d", text) == .decimal(DecimalValue(tenThousandths: 10_000)))
    }

    @Test(arguments: [
        #""dt": "1970-01-01T01:00:00Z""#, #""dt": {"fn": "offset", "args": ["1970-01-01", "1h"]}"#,
        #""dt": {"__extn": {"fn": "offset", "args": ["1970-01-01", "1h"]}}"#,
        #""dt": {"fn": "offset", "args": [{"fn": "datetime", "arg": "1970-01-01"}, {"__extn": {"fn": "duration", "arg": "1h"}}]}"#,
        #""dt": {"fn": "offset", "args": [{"fn": "toDate", "arg": "1970-01-01T05:00:00Z"}, "1h"]}"#,
    ])
    func datetimes(text: String) throws {
        #expect(try attribute("dt", text) == .datetime(DatetimeValue(milliseconds: 3_600_000)))
    }

    @Test(arguments: [
        #""u": {"type": "U", "id": "q"}"#, #""u": {"__entity": {"type": "U", "id": "q"}}"#,
        #""u": {"type": "U", "id": "q", "x": 1.5}"#, #""u": {"__entity": {"type": "U", "id": "q", "z": 1}, "y": 2}"#,
    ])
    func entities(text: String) throws {
        #expect(try attribute("u", text) == .entity(try uid("U::q")))
    }

    @Test(arguments: [
        "", #""o": "x""#, #""s": []"#, #""s": [1, 2]"#, #""ss": ["1.0", {"fn": "decimal", "arg": "2.0"}]"#,
        #""r": {"b": {"type": "U", "id": "q"}}"#, #""e": {"type": "E", "id": "a"}"#,
        #""acts": [{"type": "Action", "id": "a"}]"#,
        #""du": {"fn": "durationSince", "args": ["2020-01-01", "2019-12-31"]}"#,
        #""r": {"b": {"type": "U", "id": "q"}, "a": {"__extn": {"fn": "toDays", "arg": {"__extn": {"fn": "duration", "arg": "1d"}}}}}"#,
    ])
    func fits(text: String) {
        #expect(throws: Never.self) { try read(user(text)).get() }
    }

    /// What is refused, with the code and the place.
    @Test(arguments: [
        (#""o": 1"#, "value_type", "/0/attrs/o"), (#""zz": 1"#, "unknown_attribute", "/0/attrs/zz"),
        (#""d": "x""#, "extension_function", "/0/attrs/d"), (#""d": 1"#, "kind", "/0/attrs/d"),
        (#""d": {"fn": "ip", "arg": "1.1.1.1"}"#, "value_type", "/0/attrs/d"),
        (#""d": {"fn": "nosuch", "arg": "1"}"#, "extension_function", "/0/attrs/d"),
        (#""d": {"x": 1}"#, "kind", "/0/attrs/d"), (#""d": ["1.0"]"#, "kind", "/0/attrs/d"),
        (#""dt": {"fn": "offset", "args": ["2020-01-01"]}"#, "extension_function", "/0/attrs/dt"),
        (#""dt": {"fn": "offset", "args": ["2020-01-01", 1]}"#, "kind", "/0/attrs/dt/args/1"),
        (#""u": {"type": "G", "id": "q"}"#, "value_type", "/0/attrs/u"), (#""u": "x""#, "kind", "/0/attrs/u"),
        (#""u": {"type": "U"}"#, "missing", "/0/attrs/u"),
        (#""e": {"type": "E", "id": "q"}"#, "enum_choice", "/0/attrs/e"),
        (#""acts": [{"type": "Action", "id": "zz"}]"#, "unknown_action", "/0/attrs/acts/0"),
        (#""acts": [{"type": "A::Action", "id": "x"}]"#, "value_type", "/0/attrs/acts/0"),
        (#""s": [1, "a"]"#, "value_type", "/0/attrs/s/1"), (#""s": 1"#, "kind", "/0/attrs/s"),
        (#""r": {}"#, "missing_attribute", "/0/attrs/r"), (#""r": []"#, "kind", "/0/attrs/r"),
        (#""r": {"b": {"type": "U", "id": "q"}, "zz": 1}"#, "unknown_attribute", "/0/attrs/r/zz"),
        (#""o": null"#, "value", "/0/attrs/o"),
    ])
    func refused(text: String, code: String, pointer: String) {
        expect(user(text), code, pointer)
    }

    @Test(arguments: [
        (#"[{"uid": {"type": "U", "id": "x"}, "attrs": {}, "parents": []}]"#, "missing_attribute", "/0/attrs"),
        (#"[{"uid": {"type": "Z", "id": "x"}, "attrs": {}, "parents": []}]"#, "unknown_entity_type", "/0/uid"),
        (#"[{"uid": {"type": "E", "id": "q"}, "attrs": {}, "parents": []}]"#, "enum_choice", "/0/uid"),
        (
            #"[{"uid": {"type": "G", "id": "x"}, "attrs": {}, "parents": [{"type": "H", "id": "h"}]}]"#, "parent_type",
            "/0/parents"
        ),
        (#"[{"uid": {"type": "G", "id": "x"}, "attrs": {}, "parents": [], "tags": {"q": 1}}]"#, "no_tags", "/0/tags/q"),
        (
            #"[{"uid": {"type": "T", "id": "x"}, "attrs": {}, "parents": [], "tags": {"q": 1}}]"#, "value_type",
            "/0/tags/q"
        ),
        (#"[{"uid": {"type": "Action", "id": "zz"}, "attrs": {}, "parents": []}]"#, "unknown_action", "/0/uid"),
        (#"[{"uid": {"type": "Action", "id": "a"}, "attrs": {}, "parents": []}]"#, "action_mismatch", "/0"),
        (#"[{"uid": {"type": "Action", "id": "grp"}, "attrs": {"x": 1}, "parents": []}]"#, "action_mismatch", "/0"),
        (#"[{"uid": {"type": "U", "id": "x"}, "parents": []}]"#, "missing", "/0"),
    ])
    func refusedEntities(text: String, code: String, pointer: String) {
        expect(text, code, pointer)
    }

    private func expect(_ text: String, _ code: String, _ pointer: String) {
        switch read(text) {
        case .success: Issue.record("\(text) was read")
        case .failure(EntityReadError.format(let error)):
            #expect(error.code.description == code, "\(text): \(error)")
            #expect(error.pointer == pointer, "\(text): \(error)")
        case .failure(let error): Issue.record("\(text): \(error)")
        }
    }

    /// The schema's actions are there with their groups; those that are given must be the same.
    @Test func actions() throws {
        let request = AuthorizationRequest(
            principal: try uid("U::x"),
            action: try uid("Action::a"),
            resource: try uid("U::x")
        )
        let policies = try policies("permit (principal, action in Action::\"grp\", resource);")
        for text in [
            "[]",
            #"[{"uid": {"type": "Action", "id": "a"}, "attrs": {}, "parents": [{"type": "Action", "id": "grp"}]}]"#,
            #"[{"uid": {"type": "A::Action", "id": "y"}, "attrs": {}, "parents": [{"type": "A::Action", "id": "x"}]}]"#,
        ] {
            let store = try read(text).get()
            #expect(policies.authorize(request, entities: store).decision == .allow, "\(text)")
            #expect(store.count == 5)
        }
    }

    /// Groups over several steps: named in full, or by way of actions that are given as well.
    @Test(arguments: [
        (["a": ["mid"]], false), (["a": ["mid", "top"]], true), (["a": ["top"]], false),
        (["a": ["mid"], "mid": ["top"]], true), (["top": []], true),
    ])
    func groupsOfActions(given: [String: [String]], isRead: Bool) throws {
        let schema = try Schema(parsing: "action top; action mid in [top]; action a in [mid];")
        let entities = given.map { id, parents in
            [
                "uid": ["type": "Action", "id": .string(id)], "attrs": [:],
                "parents": .array(parents.map { ["type": "Action", "id": .string($0)] }),
            ] as JSONValue
        }
        let store = try? EntityStore(json: .array(entities), schema: schema)
        #expect((store != nil) == isRead)
    }

    private static let request =
        #"{"principal": {"type": "U", "id": "x"}, "action": {"type": "Action", "id": "a"}, "resource": {"type": "T", "id": "t"}, "context": {"d": 1}}"#

    @Test func requests() throws {
        let schema = try Self.schema.get()
        let text = Self.request.replacing(#""d": 1"#, with: #""d": 1, "dec": "1.5", "who": {"type": "U", "id": "y"}"#)
        let request = try AuthorizationRequest(json: json(text), schema: schema)
        #expect(request.context["dec"] == .decimal(DecimalValue(tenThousandths: 15_000)))
        #expect(request.context["who"] == .entity(try uid("U::y")))
        #expect(throws: Never.self) { try schema.validate(request) }
    }

    @Test(arguments: [
        (#""type": "U""#, #""type": "G""#, "principal_type", "/principal"),
        (#""type": "U""#, #""type": "Z""#, "unknown_entity_type", "/principal"),
        (#""type": "T""#, #""type": "G""#, "resource_type", "/resource"),
        (#""id": "a""#, #""id": "zz""#, "unknown_action", "/action"),
        (#""id": "a""#, #""id": "grp""#, "unknown_attribute", "/context/d"),
        (#""d": 1"#, #""d": true"#, "value_type", "/context/d"), (#""d": 1"#, "", "missing_attribute", "/context"),
        (#""d": 1"#, #""d": 1, "dec": "x""#, "extension_function", "/context/dec"),
        (#", "context": {"d": 1}"#, "", "missing_attribute", "/context"),
        (#"{"d": 1}"#, "[]", "kind", "/context"),
    ])
    func requestsRefused(old: String, new: String, code: String, pointer: String) throws {
        let text = Self.request.replacing(old, with: new)
        let schema = try Self.schema.get()
        let json = try json(text)
        do throws(EntityFormatError) {
            _ = try AuthorizationRequest(json: json, schema: schema)
            Issue.record("\(text) was read")
        } catch {
            #expect(error.code.description == code && error.pointer == pointer, "\(text): \(error)")
        }
    }

    /// Values that were not read but made are checked the same way.
    @Test func validation() throws {
        let schema = try Self.schema.get()
        let good = Entity(uid: try uid("U::x"), attributes: ["n": 1, "s": .set([1])], parents: [try uid("G::g")])
        #expect(throws: Never.self) { try schema.validate(good) }
        var bad = good
        bad.attributes["s"] = .set([1, "a"])
        #expect(throws: ConformanceError.self) { try schema.validate(bad) }
        bad = good
        bad.parents = [try uid("E::a")]
        #expect(throws: ConformanceError.self) { try schema.validate(bad) }
        let action = Entity(uid: try uid("Action::a"), parents: [try uid("Action::grp")])
        #expect(throws: Never.self) { try schema.validate(action) }
        #expect(throws: ConformanceError.self) { try schema.validate(Entity(uid: action.uid)) }
        for action in schema.actionEntities { #expect(throws: Never.self) { try schema.validate(action) } }
    }
}
