"""JSON that nobody should write: values, members, and JSON with one of them in it."""

import copy

ODD_VALUES = [
    None, 1.5, 1.0, 2**63, -(2**63) - 1, 2**64, 1e2, -0.0, [], {}, [None], {"a": None}, "", True, "User::\"a\"",
    {"__entity": {}}, {"__entity": {"type": "User"}}, {"__entity": {"type": "User", "id": 1}},
    {"__entity": {"type": "a b", "id": "a"}}, {"__entity": {"type": "", "id": "a"}},
    {"__entity": {"type": "User ", "id": "a"}}, {"__entity": {"type": "N::User", "id": "a", "x": 1}},
    {"__entity": {"type": "__cedar::User", "id": "a"}}, {"__entity": {"type": "if", "id": "a"}},
    {"__entity": {"type": "N :: User", "id": "a"}}, {"__entity": {"type": "User", "id": "a"}, "x": 1},
    {"__entity": {"type": "N::User", "id": "a", "x": 1.5}}, {"__entity": None}, {"__entity": "User::\"a\""},
    {"__extn": {}}, {"__extn": {"fn": "ip"}}, {"__extn": {"fn": "ip", "arg": "x"}}, {"__extn": {"fn": "ip", "arg": 1}},
    {"__extn": {"fn": "ip", "arg": "10.0.0.1", "args": []}}, {"__extn": {"fn": "ip", "args": ["10.0.0.1"]}},
    {"__extn": {"fn": "ip", "args": []}}, {"__extn": {"fn": "ip", "args": ["10.0.0.1", "10.0.0.1"]}},
    {"__extn": {"fn": "nothing", "arg": "x"}}, {"__extn": {"fn": "isIpv4", "arg": {"__extn": {"fn": "ip", "arg": "::"}}}},
    {"__extn": {"fn": "offset", "args": [{"__extn": {"fn": "datetime", "arg": "2024-01-01"}}]}},
    {"__extn": {"fn": "decimal", "arg": ["1.0"]}}, {"__extn": {"fn": "decimal", "arg": "1.0"}, "a": 1},
    {"__extn": {"fn": "toDate", "arg": {"__extn": {"fn": "datetime", "arg": "2024-01-01T01:00:00Z"}}}},
    {"__extn": {"fn": "toTime", "args": [{"__extn": {"fn": "datetime", "arg": "2024-01-01T01:00:00Z"}}]}},
    {"__extn": {"fn": "durationSince", "args": [{"__extn": {"fn": "datetime", "arg": "2024-01-01"}}] * 2}},
    {"__extn": {"fn": "lessThan", "args": [{"__extn": {"fn": "decimal", "arg": "1.0"}}] * 2}},
    {"__extn": {"fn": "contains", "args": [[1], 1]}}, {"fn": "ip", "arg": "::"}, {"__expr": "1"}, {"__expr": 1},
    {"__expr": "User::\"a\"", "x": 1}, {"type": "User", "id": "a"}, {"__entity": {"id": "a", "type": "User"}},
    {"__extn": {"fn": "ip", "arg": "::", "x": None}}, {"__extn": None}, [{"__extn": {"fn": "ip", "arg": "::"}}, 1.5],
]

WORDS = ["uid", "attrs", "parents", "tags", "type", "id", "__entity", "__extn", "__expr", "fn", "arg", "args", "x"]
VARIABLES = [{"Var": name} for name in ("principal", "action", "resource", "context")]
ODD_FORM_VALUES = ODD_VALUES[:16] + [
    *VARIABLES, {"Var": "x"}, {"Value": 1}, {"Value": "a"}, {"Value": True}, {"Value": 1.5}, {"Value": None},
    {"Value": [1, "a"]}, {"Value": {"a": 1}}, {"Value": {"__entity": {"type": "User", "id": "a"}}}, {"Value": {}},
    {"Value": {"__extn": {"fn": "ip", "arg": "::"}}}, {"Value": {"__expr": "1"}}, {"Slot": "?principal"}, {"Slot": "?x"},
    {"Unknown": {"name": "x"}}, {"!": {"arg": VARIABLES[0]}}, {"neg": {"arg": {"Value": 1}}}, {"!": {}}, {"!": VARIABLES[0]},
    {"==": {"left": VARIABLES[0], "right": VARIABLES[1]}}, {"==": {"left": VARIABLES[0]}}, {"in": {"left": 1, "right": 2}},
    {"has": {"left": VARIABLES[3], "attr": "a"}}, {"has": {"left": VARIABLES[3], "attr": ["a", "b"]}},
    {"has": {"left": VARIABLES[3], "attr": []}}, {".": {"left": VARIABLES[3], "attr": "if"}}, {".": {"left": VARIABLES[3]}},
    {"like": {"left": VARIABLES[3], "pattern": ["Wildcard", {"Literal": "ab"}, "Wildcard"]}},
    {"like": {"left": VARIABLES[3], "pattern": "a*"}}, {"like": {"left": VARIABLES[3], "pattern": []}},
    {"like": {"left": VARIABLES[3], "pattern": [{"Literal": ""}, {"Literal": "\u00e9"}]}},
    {"is": {"left": VARIABLES[0], "entity_type": "User"}}, {"is": {"left": VARIABLES[0], "entity_type": "a b"}},
    {"is": {"left": VARIABLES[0], "entity_type": "User", "in": VARIABLES[2]}}, {"ip": [{"Value": "::"}]}, {"ip": []},
    {"isInRange": [VARIABLES[0], VARIABLES[0]]}, {"isInRange": [VARIABLES[0]] * 3}, {"nothing": [{"Value": 1}]},
    {"decimal": {"Value": "1.0"}}, {"Set": [VARIABLES[0], {"Value": 1}]}, {"Set": []}, {"Set": {}}, {"Record": {}},
    {"Record": {"a b": {"Value": 1}}}, {"Record": []}, {"isEmpty": {"arg": {"Set": []}}}, {"isEmpty": {"left": {"Set": []}}},
    {"if-then-else": {"if": VARIABLES[0], "then": VARIABLES[1], "else": VARIABLES[2]}}, {"if-then-else": {}},
    {"hasTag": {"left": VARIABLES[0], "right": {"Value": "a"}}}, {"getTag": {"left": VARIABLES[0], "right": {"Value": "a"}}},
    {"contains": {"left": {"Set": []}, "right": {"Value": 1}}}, {"Value": 1, "Var": "principal"}, "principal", "permit", "forbid",
    {"op": "All"}, {"op": "=="}, {"op": "==", "entity": {"type": "User", "id": "a"}}, {"op": "==", "slot": "?principal"},
    {"op": "==", "slot": "?resource"}, {"op": "in", "entities": [{"type": "Action", "id": "a"}]}, {"op": "in", "entities": []},
    {"op": "is", "entity_type": "User"}, {"op": "is", "entity_type": "User", "in": {"slot": "?principal"}},
    {"op": "is", "entity_type": "User", "in": {"entity": {"type": "User", "id": "a"}}}, {"op": "all"}, {"op": "All", "x": 1},
    {"op": "in", "entity": {"type": "User", "id": "a"}, "slot": "?principal"}, {"kind": "when", "body": {"Value": True}},
    {"kind": "unless", "body": VARIABLES[0]}, {"kind": "if", "body": VARIABLES[0]}, {"a": "b"}, {"a": None}, {"if": "x"}, {"": ""},
]
FORM_MEMBERS = ["effect", "principal", "action", "resource", "conditions", "annotations", "op", "entity", "slot", "entities",
                "entity_type", "in", "kind", "body", "left", "right", "arg", "attr", "pattern", "Value", "Var", "if", "then",
                "else", "!", "==", "ip", "x", "policy0", "policy1", "templates", "staticPolicies", "templateLinks"]
ODD_SCHEMA_VALUES = [
    None, 1, True, "", [], {}, "a", ["a"], "User", ["User"], "N::User", "a b", "if", "__cedar", "__cedar::Long", 1.5, [None],
    {"type": "String"}, {"type": "Long", "required": False}, {"type": "Boolean"}, {"type": "Bool"}, {"type": "User"},
    {"type": "Set"}, {"type": "Set", "element": {"type": "Long"}}, {"type": "Set", "element": "Long"}, {"type": "Record"},
    {"type": "Record", "attributes": {}}, {"type": "Record", "attributes": {"a": {"type": "Long"}}},
    {"type": "Record", "attributes": {}, "additionalAttributes": False},
    {"type": "Record", "attributes": {}, "additionalAttributes": True}, {"type": "Entity", "name": "User"},
    {"type": "Entity"}, {"type": "Entity", "name": ""}, {"type": "Entity", "name": "String"}, {"type": "Extension", "name": "ip"},
    {"type": "Extension", "name": "ipaddr"}, {"type": "Extension", "name": "decimal"}, {"type": "Extension"},
    {"type": "EntityOrCommon", "name": "User"}, {"type": "EntityOrCommon", "name": "Long"}, {"type": "C0"}, {"type": "ipaddr"},
    {"type": "Long", "element": {"type": "Long"}}, {"type": "String", "annotations": {"doc": "x"}}, {"annotations": {"doc": ""}},
    {"annotations": {"a b": "x"}}, {"annotations": {"if": "x"}}, {"enum": ["a"]}, {"enum": []}, {"enum": "a"}, {"enum": [1]},
    {"enum": ["a"], "shape": {"type": "Record", "attributes": {}}}, {"memberOfTypes": ["User"]}, {"memberOfTypes": "User"},
    {"tags": {"type": "Long"}}, {"shape": {"type": "Long"}}, {"shape": {"type": "Entity", "name": "User"}},
    {"appliesTo": {"principalTypes": ["User"], "resourceTypes": ["User"]}}, {"appliesTo": {"principalTypes": ["User"]}},
    {"appliesTo": {"principalTypes": [], "resourceTypes": []}}, {"appliesTo": None}, {"memberOf": [{"id": "read"}]},
    {"memberOf": [{"id": "x", "type": "N::Action"}]}, {"memberOf": []}, {"id": "read"}, {"id": "x", "type": "Action"},
    {"entityTypes": {}, "actions": {}}, {"entityTypes": {}}, {"actions": {}}, {"id": "read", "type": "User"},
    {"principalTypes": ["User"], "resourceTypes": ["User"], "context": {"type": "Record", "attributes": {}}},
]
SCHEMA_MEMBERS = ["entityTypes", "actions", "commonTypes", "annotations", "shape", "tags", "memberOfTypes", "enum", "memberOf",
                  "appliesTo", "principalTypes", "resourceTypes", "context", "type", "attributes", "element", "name",
                  "required", "additionalAttributes", "", "N", "User", "Long", "a b", "if", "Action", "read", "x", "__cedar"]


def altered(dice, json, values=ODD_VALUES, members=WORDS):
    """The JSON with something odd in one place of it: one of the values, or a member of another name."""
    places = []

    def visit(value, put):
        places.append(put)
        if isinstance(value, dict):
            for key in list(value):
                visit(value[key], lambda new, value=value, key=key: value.__setitem__(key, new))
            places.append(lambda new, value=value: value.pop(dice.choice(list(value)), None) if value else None)
            places.append(lambda new, value=value: value.__setitem__(dice.choice(members), new))
        elif isinstance(value, list):
            for index in range(len(value)):
                visit(value[index], lambda new, value=value, index=index: value.__setitem__(index, new))
            places.append(lambda new, value=value: value.append(dice.choice(value) if value else new))

    whole = [json]
    visit(json, lambda new: whole.__setitem__(0, new))
    dice.choice(places)(copy.deepcopy(dice.choice(values)))
    return whole[0]
