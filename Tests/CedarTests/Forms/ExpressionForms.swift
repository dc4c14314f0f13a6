// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

/// Texts of conditions and what the reference implementation prints for them in the JSON policy form.
enum ExpressionForms {
    static let cases: [(text: String, json: String)] = [
        ("true", #"{"Value":true}"#), ("-5", #"{"Value":-5}"#), ("- 5", #"{"Value":-5}"#),
        ("-9223372036854775808", #"{"Value":-9223372036854775808}"#),
        (#""a\u{0}\té\u{feff}""#, #"{"Value":"a\u0000\té\ufeff"}"#),
        (#"A::B::"x""#, #"{"Value":{"__entity":{"type":"A::B","id":"x"}}}"#),
        ("(principal)", #"{"Var":"principal"}"#), ("!true", #"{"!":{"arg":{"Value":true}}}"#),
        ("!!!true", #"{"!":{"arg":{"!":{"arg":{"!":{"arg":{"Value":true}}}}}}}"#),
        ("--1", #"{"neg":{"arg":{"Value":-1}}}"#), ("-(1)", #"{"neg":{"arg":{"Value":1}}}"#),
        ("-5.x", #"{"neg":{"arg":{".":{"left":{"Value":5},"attr":"x"}}}}"#),
        (
            "--context.a",
            #"{"neg":{"arg":{"neg":{"arg":{".":{"left":{"Var":"context"},"attr":"a"}}}}}}"#
        ),
        ("1 < 2", #"{"<":{"left":{"Value":1},"right":{"Value":2}}}"#),
        ("1 >= 2", #"{">=":{"left":{"Value":1},"right":{"Value":2}}}"#),
        ("1 != 2", #"{"!=":{"left":{"Value":1},"right":{"Value":2}}}"#),
        (
            "1 + 2 - 3",
            #"{"-":{"left":{"+":{"left":{"Value":1},"right":{"Value":2}}},"right":{"Value":3}}}"#
        ),
        (
            "1 - (2 - 3)",
            #"{"-":{"left":{"Value":1},"right":{"-":{"left":{"Value":2},"right":{"Value":3}}}}}"#
        ),
        (
            "2 * 3 * 4",
            #"{"*":{"left":{"*":{"left":{"Value":2},"right":{"Value":3}}},"right":{"Value":4}}}"#
        ),
        (
            "true && false && true",
            #"{"&&":{"left":{"&&":{"left":{"Value":true},"right":{"Value":false}}},"right":{"Value":true}}}"#
        ),
        (
            "true || (false || true)",
            #"{"||":{"left":{"Value":true},"right":{"||":{"left":{"Value":false},"right":{"Value":true}}}}}"#
        ),
        (#"context["a b"]"#, #"{".":{"left":{"Var":"context"},"attr":"a b"}}"#),
        (#"context["a"]"#, #"{".":{"left":{"Var":"context"},"attr":"a"}}"#),
        (#"context has "a b""#, #"{"has":{"left":{"Var":"context"},"attr":"a b"}}"#),
        (
            "context has a.b",
            #"{"&&":{"left":{"has":{"left":{"Var":"context"},"attr":"a"}},"right":{"has":{"left":{".":{"left":{"Var":"context"},"attr":"a"}},"attr":"b"}}}}"#
        ),
        (
            #"context.a like "aé*\*\u{1F600}""#,
            #"{"like":{"left":{".":{"left":{"Var":"context"},"attr":"a"}},"pattern":[{"Literal":"a"},{"Literal":"é"},"Wildcard",{"Literal":"*"},{"Literal":"😀"}]}}"#
        ),
        (#"1 like """#, #"{"like":{"left":{"Value":1},"pattern":[]}}"#),
        (#"1 like "\x2a*""#, #"{"like":{"left":{"Value":1},"pattern":["Wildcard","Wildcard"]}}"#),
        ("principal is A::B", #"{"is":{"left":{"Var":"principal"},"entity_type":"A::B"}}"#),
        (
            "principal is A in resource",
            #"{"is":{"left":{"Var":"principal"},"entity_type":"A","in":{"Var":"resource"}}}"#
        ),
        ("principal in [resource]", #"{"in":{"left":{"Var":"principal"},"right":{"Set":[{"Var":"resource"}]}}}"#),
        (
            "if true then 1 else 2",
            #"{"if-then-else":{"if":{"Value":true},"then":{"Value":1},"else":{"Value":2}}}"#
        ),
        ("[]", #"{"Set":[]}"#), ("{}", #"{"Record":{}}"#),
        (#"{b: 1, "a b": []}"#, #"{"Record":{"a b":{"Set":[]},"b":{"Value":1}}}"#),
        (#"ip("1.2.3.4")"#, #"{"ip":[{"Value":"1.2.3.4"}]}"#), ("ip()", #"{"ip":[]}"#),
        ("decimal(1, 2)", #"{"decimal":[{"Value":1},{"Value":2}]}"#),
        ("context.isIpv4()", #"{"isIpv4":[{"Var":"context"}]}"#),
        ("context.isInRange()", #"{"isInRange":[{"Var":"context"}]}"#),
        (
            #"context.lessThan(decimal("1.0"))"#,
            #"{"lessThan":[{"Var":"context"},{"decimal":[{"Value":"1.0"}]}]}"#
        ),
        (
            #"datetime("2020-01-01").offset(duration("1d"))"#,
            #"{"offset":[{"datetime":[{"Value":"2020-01-01"}]},{"duration":[{"Value":"1d"}]}]}"#
        ),
        ("[1].isEmpty()", #"{"isEmpty":{"arg":{"Set":[{"Value":1}]}}}"#),
        ("[1].contains(1)", #"{"contains":{"left":{"Set":[{"Value":1}]},"right":{"Value":1}}}"#),
        (
            "context.containsAny([])", #"{"containsAny":{"left":{"Var":"context"},"right":{"Set":[]}}}"#
        ),
        ("context.containsAll(1)", #"{"containsAll":{"left":{"Var":"context"},"right":{"Value":1}}}"#),
        (#"principal.hasTag("a")"#, #"{"hasTag":{"left":{"Var":"principal"},"right":{"Value":"a"}}}"#),
        (#"principal.getTag("a")"#, #"{"getTag":{"left":{"Var":"principal"},"right":{"Value":"a"}}}"#),
    ]

    /// JSON that no text gives, and the text that says the same.
    static let onlyRead: [(json: String, text: String)] = [
        (#"{"Value":[1,"a",true]}"#, #"[1, "a", true]"#),
        (#"{"Value":{"b":1,"if":[true]}}"#, #"{b: 1, "if": [true]}"#),
        (#"{"Value":{"type":"A","id":"x"}}"#, #"{type: "A", id: "x"}"#),
        (#"{"Value":{"a":1,"__entity":{"type":"A","id":"x"}}}"#, #"{a: 1, "__entity": {type: "A", id: "x"}}"#),
        (#"{"Value":{"__entity":{"type":"A::B","id":"x","z":1}}}"#, #"A::B::"x""#),
        (#"{"Value":{"__extn":{"fn":"ip","arg":"bad"}}}"#, #"ip("bad")"#),
        (#"{"Value":{"__extn":{"fn":"ip"}}}"#, #"{"__extn": {fn: "ip"}}"#),
        (
            #"{"Value":{"__extn":{"fn":"offset","args":[{"__extn":{"fn":"datetime","arg":"2020-01-01"}},{"__extn":{"fn":"duration","arg":"1d"}}]}}}"#,
            #"datetime("2020-01-01").offset(duration("1d"))"#
        ),
        (#"{"has":{"left":{"Var":"context"},"attr":["a","b"]}}"#, "context has a.b"),
        (#"{"has":{"left":{"Var":"context"},"attr":["a b"]}}"#, #"context has "a b""#),
        (#"{"is":{"left":{"Value":1},"entity_type":"A","in":null}}"#, "1 is A"),
        (
            #"{"like":{"left":{"Value":1},"pattern":["Wildcard",{"Literal":"ab"},{"Literal":""},{"Literal":"*"}]}}"#,
            #"1 like "*ab\*""#
        ),
        (#"{"neg":{"arg":{"Value":1}}}"#, "-(1)"),
        (#"{".":{"left":{"Value":-1},"attr":"a"}}"#, "(-1).a"),
        (#"{"==":{"left":{"==":{"left":{"Value":1},"right":{"Value":2}}},"right":{"Value":3}}}"#, "(1 == 2) == 3"),
        (
            #"{"&&":{"left":{"if-then-else":{"if":{"Value":1},"then":{"Value":2},"else":{"Value":3}}},"right":{"Value":4}}}"#,
            "(if 1 then 2 else 3) && 4"
        ),
    ]
}
