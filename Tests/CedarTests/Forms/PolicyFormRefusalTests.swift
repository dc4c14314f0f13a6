// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

/// What is refused, with which code and where. The reference implementation refuses all of these too, but for those
/// that say otherwise.
@Suite struct PolicyFormRefusalTests {
    private static func form(_ changes: [String: String], body: String? = nil) -> String {
        var members = [
            "effect": #""permit""#, "principal": #"{"op":"All"}"#, "action": #"{"op":"All"}"#,
            "resource": #"{"op":"All"}"#, "conditions": "[]",
        ]
        if let body { members["conditions"] = #"[{"kind":"when","body":\#(body)}]"# }
        for (key, value) in changes { members[key] = value.isEmpty ? nil : value }
        return "{\(members.map { #""\#($0)":\#($1)"# }.joined(separator: ","))}"
    }

    private func refusal(_ text: String) throws -> PolicyFormError? {
        let json = try json(text)
        do throws(PolicyFormError) {
            _ = try Policy(json: json)
            return nil
        } catch { return error }
    }

    static let bodies: [(body: String, code: PolicyFormError.Code, pointer: String)] = [
        (#"{"Value":null}"#, .value, "/Value"), (#"{"Value":1.5}"#, .value, "/Value"),
        (#"{"Value":9223372036854775808}"#, .value, "/Value"), (#"{"Value":[1,{"a":null}]}"#, .value, "/Value/1/a"),
        (#"{"Value":{"__expr":"1"}}"#, .value, "/Value/__expr"),
        // Members that nobody reads hold no other numbers than those that are read.
        (#"{"Value":{"__entity":{"type":"A","id":"x","y":1.5}}}"#, .value, "/Value/__entity/y"),
        (#"{"Value":{"__entity":{"type":"A","id":"x","y":[{"z":1e2}]}}}"#, .value, "/Value/__entity/y/0/z"),
        (#"{"Value":{"__extn":{"fn":"ip","arg":"::","y":9223372036854775808}}}"#, .value, "/Value/__extn/y"),
        (#"{"Value":{"__entity":{"type":"A B","id":"x"}}}"#, .name, "/Value/__entity/type"),
        (#"{"Value":{"__entity":{"type":"if","id":"x"}}}"#, .name, "/Value/__entity/type"),
        (#"{"Var":"foo"}"#, .word, "/Var"), (#"{"Slot":"?principal"}"#, .slot, "/Slot"),
        (#"{"Unknown":{"name":"x"}}"#, .function, "/Unknown"), (#"{"!":{"Value":1}}"#, .unknownMember, "/!/Value"),
        (#"{"!":{}}"#, .missing, "/!"), (#"{"neg":{"arg":{"Value":1},"x":1}}"#, .unknownMember, "/neg/x"),
        (#"{"==":{"left":{"Value":1}}}"#, .missing, "/=="), (#"{"==":[]}"#, .kind, "/=="),
        (#"{"&&":{"left":{"Value":1},"right":{"Var":"x"}}}"#, .word, "/&&/right/Var"),
        (#"{"+":{"left":{"-":{"left":{"Value":1},"right":{}}},"right":{"Value":1}}}"#, .kind, "/+/left/-/right"),
        (#"{"&&":{"left":{"Value":1},"right":{"Value":1},"z":1}}"#, .unknownMember, "/&&/z"),
        (#"{"has":{"left":{"Value":1},"attr":1}}"#, .kind, "/has/attr"),
        (#"{"has":{"left":{"Value":1},"attr":[]}}"#, .arity, "/has/attr"),
        (#"{".":{"left":{"Value":1},"attr":["a"]}}"#, .kind, "/./attr"),
        (#"{"like":{"left":{"Value":1},"pattern":"a*"}}"#, .kind, "/like/pattern"),
        (#"{"like":{"left":{"Value":1},"pattern":["wildcard"]}}"#, .kind, "/like/pattern/0"),
        (#"{"like":{"left":{"Value":1},"pattern":[{"Literal":"a","x":1}]}}"#, .kind, "/like/pattern/0"),
        (#"{"is":{"left":{"Value":1},"entity_type":"A B"}}"#, .name, "/is/entity_type"),
        (#"{"is":{"left":{"Value":1},"entity_type":" A"}}"#, .name, "/is/entity_type"),
        (#"{"if-then-else":{"if":{"Value":1},"then":{"Value":1}}}"#, .missing, "/if-then-else"),
        (#"{"Set":{"Value":1}}"#, .kind, "/Set"), (#"{"Record":[]}"#, .kind, "/Record"),
        (#"{"ip":{"Value":1}}"#, .kind, "/ip"), (#"{"foo":[{"Value":1}]}"#, .function, "/foo"),
        (#"{"contains":[{"Value":1},{"Value":1}]}"#, .kind, "/contains"),
        (#"{"isEmpty":[{"Value":1}]}"#, .kind, "/isEmpty"),
        (#"{"/":{"left":{"Value":1},"right":{"Value":1}}}"#, .function, "/~1"),
        ("{}", .kind, ""), ("[]", .kind, ""), ("null", .kind, ""),
        (#"{"==":{"left":{"Value":1},"right":{"Value":1}},"!=":{"left":{"Value":1},"right":{"Value":1}}}"#, .kind, ""),
        // Taken by the reference implementation, but no text says it.
        (#"{"isIpv4":[]}"#, .arity, "/isIpv4"), (#"{"unknown":[{"Value":"x"}]}"#, .function, "/unknown"),
        (#"{"Value":{"__extn":{"fn":"nope","arg":1}}}"#, .function, "/Value/__extn/fn"),
        (#"{"has":{"left":{"Value":1},"attr":["a","b c"]}}"#, .name, "/has/attr/1"),
        (#"{"Value":{"__entity":{"type":"A","id":"x","x":1.0}}}"#, .value, "/Value/__entity/x"),
        (#"{"Value":{"__entity":{"type":"A","id":"x","x":{"y":[1,1e3]}}}}"#, .value, "/Value/__entity/x/y/1"),
        (#"{"Value":[{"__extn":{"fn":"ip","arg":"::1","x":9223372036854775808}}]}"#, .value, "/Value/0/__extn/x"),
    ]

    @Test(arguments: bodies)
    func expressions(body: String, code: PolicyFormError.Code, pointer: String) throws {
        let error = try #require(try refusal(Self.form([:], body: body)))
        #expect(error.code == code, "\(error)")
        #expect(error.pointer == "/conditions/0/body" + pointer, "\(error)")
    }

    static let members: [(member: String, value: String, code: PolicyFormError.Code, pointer: String)] = [
        ("effect", "", .missing, ""), ("conditions", "", .missing, ""), ("principal", "", .missing, ""),
        ("action", "", .missing, ""), ("resource", "", .missing, ""), ("x", "1", .unknownMember, "/x"),
        ("effect", #""Permit""#, .word, "/effect"), ("effect", "1", .kind, "/effect"),
        ("conditions", "null", .kind, "/conditions"),
        ("conditions", #"[{"kind":"when"}]"#, .missing, "/conditions/0"),
        ("conditions", #"[{"kind":"When","body":{"Value":true}}]"#, .word, "/conditions/0/kind"),
        ("conditions", #"[{"kind":"when","body":{"Value":true},"x":1}]"#, .unknownMember, "/conditions/0/x"),
        ("annotations", "null", .kind, "/annotations"), ("annotations", #"{"a b":"x"}"#, .name, "/annotations/a b"),
        ("annotations", #"{"a":1}"#, .kind, "/annotations/a"), ("principal", "{}", .missing, "/principal"),
        ("principal", #""All""#, .kind, "/principal"), ("principal", #"{"op":"=="}"#, .missing, "/principal"),
        ("principal", #"{"op":"==","slot":"?resource"}"#, .slot, "/principal/slot"),
        ("resource", #"{"op":"==","slot":"?foo"}"#, .slot, "/resource/slot"),
        ("principal", #"{"op":"==","entity":{"type":"A"}}"#, .missing, "/principal/entity"),
        ("principal", #"{"op":"==","entity":{"type":"A","id":1}}"#, .kind, "/principal/entity/id"),
        ("principal", #"{"op":"==","entity":{"type":"__cedar","id":"x"}}"#, .name, "/principal/entity/type"),
        ("principal", #"{"op":"in","entities":[{"type":"A","id":"x"}]}"#, .unknownMember, "/principal/entities"),
        ("principal", #"{"op":"is","entity_type":"A","z":1}"#, .unknownMember, "/principal/z"),
        (
            "principal", #"{"op":"is","entity_type":"A","in":{"type":"A","id":"x"}}"#, .unknownMember,
            "/principal/in/type"
        ),
        ("action", #"{"op":"==","entity":{"type":"A","id":"x"}}"#, .name, "/action/entity"),
        (
            "action", #"{"op":"in","entities":[{"type":"Action","id":"x"},{"type":"A","id":"x"}]}"#, .name,
            "/action/entities/1"
        ),
        ("action", #"{"op":"is","entity_type":"Action"}"#, .word, "/action/op"),
        ("action", #"{"op":"==","slot":"?principal"}"#, .unknownMember, "/action/slot"),
        // Taken by the reference implementation, which does not look at what an operator has no use for.
        ("principal", #"{"op":"All","entity":{"type":"A","id":"x"}}"#, .unknownMember, "/principal/entity"),
        (
            "principal", #"{"op":"==","slot":"?principal","entity":{"type":"A","id":"x"}}"#, .unknownMember,
            "/principal/entity"
        ),
        ("action", #"{"op":"in","entity":{"type":"Action","id":"x"},"entities":[]}"#, .unknownMember, "/action/entity"),
    ]

    @Test(arguments: members)
    func policies(member: String, value: String, code: PolicyFormError.Code, pointer: String) throws {
        let error = try #require(try refusal(Self.form([member: value])))
        #expect(error.code == code, "\(error)")
        #expect(error.pointer == pointer, "\(error)")
    }

    private static let policy = form([:])
    private static let template = form(["principal": #"{"op":"==","slot":"?principal"}"#])
    private static let alice = #"{"type":"U","id":"a"}"#

    private static func set(_ policies: String = "", _ templates: String = "", _ links: String = "") -> String {
        #"{"staticPolicies":{\#(policies)},"templates":{\#(templates)},"templateLinks":[\#(links)]}"#
    }

    private static func link(_ values: String, id: String = "l", template: String = "t") -> String {
        set(
            #""p":\#(policy)"#,
            #""t":\#(Self.template)"#,
            #"{"templateId":"\#(template)","newId":"\#(id)","values":{\#(values)}}"#
        )
    }

    static let sets: [(text: String, code: PolicyFormError.Code, pointer: String)] = [
        ("[]", .kind, ""), ("{}", .missing, ""), (#"{"staticPolicies":{},"templates":{}}"#, .missing, ""),
        (#"{"staticPolicies":{},"templates":{},"templateLinks":[],"x":1}"#, .unknownMember, "/x"),
        (#"{"staticPolicies":[],"templates":{},"templateLinks":[]}"#, .kind, "/staticPolicies"),
        (#"{"staticPolicies":{},"templates":{},"templateLinks":{}}"#, .kind, "/templateLinks"),
        (set(#""t":\#(template)"#), .slot, "/staticPolicies/t"),
        (set("", #""p/~":\#(policy)"#), .slot, "/templates/p~1~0"),
        (set(#""a":\#(policy)"#, #""a":\#(template)"#), .duplicateID, "/templates/a"),
        (set(#""a":{}"#), .missing, "/staticPolicies/a"), (link(""), .link, "/templateLinks/0"),
        (link(#""?principal":\#(alice),"?resource":\#(alice)"#), .link, "/templateLinks/0"),
        (link(#""?principal":\#(alice)"#, id: "t"), .link, "/templateLinks/0"),
        (link(#""?principal":\#(alice)"#, id: "p"), .link, "/templateLinks/0"),
        (link(#""?principal":\#(alice)"#, template: "p"), .link, "/templateLinks/0"),
        (link(#""?principal":\#(alice)"#, template: "z"), .link, "/templateLinks/0"),
        (link(#""?foo":\#(alice)"#), .unknownMember, "/templateLinks/0/values/?foo"),
        (link(#""?principal":"U::\"a\"""#), .kind, "/templateLinks/0/values/?principal"),
        (set("", "", #"{"templateId":"t","newId":"l"}"#), .missing, "/templateLinks/0"),
        (set("", "", #"{"templateId":"t","newId":"l","values":{},"x":1}"#), .unknownMember, "/templateLinks/0/x"),
    ]

    @Test(arguments: sets)
    func policySets(text: String, code: PolicyFormError.Code, pointer: String) throws {
        let json = try json(text)
        let error = #expect(throws: PolicyFormError.self) { try PolicySet(json: json) }
        #expect(error?.code == code, "\(error?.description ?? "")")
        #expect(error?.pointer == pointer, "\(error?.description ?? "")")
    }

    @Test func oneNameTwiceIsNoJSON() {
        let text = Self.set(#""a":\#(Self.policy),"a":\#(Self.policy)"#)
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    }
}
