// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar

/// Small policies against one schema, each with what is wrong with it in strict mode.
///
/// The verdicts are those of the reference implementation, which was asked.
enum ValidationCases {
    static let schema = """
        namespace A { action x; action y in [x]; }
        entity G; entity H;
        entity T in [G] tags String;
        entity E enum ["a", "b"];
        entity U in [G] = {
            n: Long, o?: String, r?: { a?: Long, b: U }, acts?: Set<Action>, e?: E, "x y"?: Bool,
            d?: decimal, i?: ipaddr, dt?: datetime, du?: duration, s?: Set<Long>, ss?: Set<decimal>, u?: U
        } tags Long;
        action grp;
        action a in [grp] appliesTo {
            principal: [U], resource: [T, U], context: { c?: Bool, d: Long, dec?: decimal, who?: U }
        };
        action b appliesTo { principal: [U, T, E], resource: [G], context: {} };
        """

    /// A condition behind any scope, and the codes of its errors.
    static let conditions: [(String, [ValidationIssue.Code])] =
        actions + equality + access + tags + capabilities + membership + operators + extensions

    private static let actions: [(String, [ValidationIssue.Code])] = [
        ("action has foo", []),
        ("if action has foo then 1 + \"a\" == 2 else true", []),
        ("action.foo == 1", [.unknownAttribute]),
        ("if action.hasTag(\"x\") then 1 + \"a\" == 2 else true", []),
        ("action.getTag(\"x\") == 1", [.unguardedTag]),
        ("action == A::Action::\"x\"", []),
        ("action == Action::\"zz\"", [.unknownAction]),
        ("if action == Action::\"grp\" then 1 + \"a\" == 2 else true", []),
        ("Foo::Action::\"x\" == action", [.unknownAction]),
        ("action is Foo::Action", []),
        ("[Action::\"a\", A::Action::\"x\"].contains(action)", [.incompatibleTypes]),
        ("if action == Action::\"a\" then context.d == 1 else false", []),
    ]

    private static let equality: [(String, [ValidationIssue.Code])] = [
        ("1 == true", []),
        ("\"a\" == \"b\"", []),
        ("if -1 == -1 then true else 1 + \"a\" == 2", []),
        ("if --1 == 1 then true else 1 + \"a\" == 2", [.unexpectedType]),
        // Truth values written out are one as soon as they are joined.
        ("(true || false) == U::\"x\"", []),
        ("(true && (false || true)) == 1", []),
        ("(!true) == 1", [.incompatibleTypes]),
        ("(if true then true else false) == 1", [.incompatibleTypes]),
        ("(1 < 2) == 1", [.incompatibleTypes]),
        ("{a: 1} == {b: 1}", [.incompatibleTypes]),
        ("{a: 1} == {a: true}", [.incompatibleTypes]),
        ("if principal == action then 1 + \"a\" == 2 else true", []),
        ("if E::\"a\" == E::\"b\" then 1 + \"a\" == 2 else true", []),
        ("principal == E::\"c\"", [.enumChoice]),
        ("principal is Z", [.unknownType]),
        ("Z::\"x\" == principal", [.unknownType]),
    ]

    private static let access: [(String, [ValidationIssue.Code])] = [
        ("principal is U && principal.n == 1", []),
        ("principal.n == 1", [.unknownAttribute, .unknownAttribute]),
        ("principal is U && principal.o == \"x\"", [.unguardedAttribute]),
        ("principal has o && principal.o == \"x\"", []),
        ("principal is U && principal has \"x y\" && principal[\"x y\"]", []),
        ("principal has r.b.o && principal.r.b.o == \"x\"", []),
        ("principal has r.a.z", [.unexpectedType]),
        ("principal is U && principal.n has foo", [.unexpectedType]),
        ("{a: principal, b: 1}.a has foo", []),
        ("{a: 1} has a && 1", [.unexpectedType]),
        ("context has c && context.c", []),
        ("context.zz", [.unknownAttribute, .unknownAttribute]),
        ("context has c.d", [.unexpectedType]),
    ]

    private static let tags: [(String, [ValidationIssue.Code])] = [
        ("principal is U && principal.hasTag(\"a\") && principal.getTag(\"a\") == 1", []),
        ("principal is U && principal.hasTag(\"a\") && principal.getTag(\"b\") == 1", [.unguardedTag]),
        ("principal.hasTag(\"a\") && principal.getTag(\"a\") == 1", [.incompatibleTypes]),
        ("principal is U && principal.hasTag(principal.o)", [.unguardedAttribute]),
        (
            "principal is U && principal has o && principal.hasTag(principal.o) "
                + "&& principal.getTag(principal[\"o\"]) == 1", []
        ),
        (
            "principal is U && principal.hasTag(if true && true then \"a\" else \"b\") "
                + "&& principal.getTag(if true then \"a\" else \"b\") == 1", []
        ),
    ]

    private static let capabilities: [(String, [ValidationIssue.Code])] = [
        ("principal is U && (principal has o || principal has o) && principal.o == \"x\"", []),
        ("principal is U && (principal has o || principal has e) && principal.o == \"x\"", [.unguardedAttribute]),
        ("principal is U && !!(principal has o) && principal.o == \"x\"", [.unguardedAttribute]),
        ("principal is U && (principal has o) == true && principal.o == \"x\"", [.unguardedAttribute]),
        ("principal is U && (if principal has o then true else false) && principal.o == \"x\"", [.unguardedAttribute]),
        ("(if true then principal is U && principal has o else false) && principal.o == \"x\"", []),
        ("!(principal has o) || principal.o == \"x\"", [.unguardedAttribute]),
    ]

    private static let membership: [(String, [ValidationIssue.Code])] = [
        ("principal in []", [.emptySet]),
        ("principal in [G::\"a\", H::\"b\"]", [.incompatibleTypes]),
        ("principal in G::\"a\" && 1 + \"a\" == 2", [.unexpectedType]),
        ("principal in H::\"a\" && 1 + \"a\" == 2", []),
        ("if principal in U::\"x\" then 1 + \"a\" == 2 else true", [.unexpectedType]),
        ("if action in [principal] then 1 + \"a\" == 2 else true", []),
        ("A::Action::\"y\" in A::Action::\"x\"", []),
        ("if A::Action::\"x\" in A::Action::\"y\" then 1 + \"a\" == 2 else true", []),
        ("1 in 2", [.unexpectedType, .unexpectedType]),
        ("principal is U in G::\"x\"", []),
        ("principal is G in G::\"x\" && 1 + \"a\" == 2", []),
        ("principal is U && principal has acts && action in principal.acts", []),
        ("principal is U && principal has acts && principal.acts.contains(A::Action::\"x\")", [.incompatibleTypes]),
    ]

    private static let operators: [(String, [ValidationIssue.Code])] = [
        ("true || 1", []),
        ("false && 1", []),
        ("[1, \"a\"] == [1]", [.incompatibleTypes]),
        ("[1].containsAll([true])", [.incompatibleTypes]),
        ("[[1], [true]].contains([1])", [.incompatibleTypes]),
        ("\"a\".contains(\"b\")", [.unexpectedType]),
        ("principal is U && -principal.n == 1", []),
        ("1 < \"a\"", [.unexpectedType]),
        ("\"b\" < \"a\"", [.unexpectedType, .unexpectedType]),
        ("if true then 1 == 1 else 1 + \"a\" == 2", []),
        ("principal is U && (if principal is U then 1 else \"a\") == 1", []),
        ("principal is U && (if principal has o then 1 else \"a\") == 1", [.incompatibleTypes]),
        ("principal like \"x\"", [.unexpectedType, .unexpectedType, .unexpectedType]),
    ]

    private static let extensions: [(String, [ValidationIssue.Code])] = [
        ("ip(\"1.2.3.4\").isInRange(ip(\"1.2.3.0/24\"))", []),
        ("ip(\"1.2.3.4\").isInRange(\"1.2.3.0/24\")", [.unexpectedType]),
        ("ip(\"x\").isIpv4()", [.constructorText]),
        ("ip(\"a\", \"b\").isIpv4()", [.arity]),
        ("ip(if true then \"a\" else \"b\").isIpv4()", [.computedConstructor]),
        ("decimal(\"1.0\") < decimal(\"2.0\")", [.unexpectedType, .unexpectedType]),
        ("datetime(\"2020-01-01\") < datetime(\"2020-01-02\")", []),
        ("duration(\"1h\") < datetime(\"2020-01-02\")", [.unexpectedType]),
        ("datetime(\"2020-01-01\").toDate().durationSince(datetime(\"2020-01-01\")).toDays() > 1", []),
    ]

    /// A scope of a policy without conditions, and the codes of its errors.
    static let scopes: [(String, [ValidationIssue.Code])] = [
        ("principal == U::\"a\", action, resource", []),
        ("principal == G::\"a\", action, resource", [.noApplicableAction]),
        ("principal in G::\"a\", action, resource", []),
        ("principal in H::\"a\", action, resource", [.noApplicableAction]),
        ("principal, action in [], resource", [.noApplicableAction, .emptySet]),
        ("principal, action in [Action::\"a\", A::Action::\"x\"], resource", [.incompatibleTypes]),
        ("principal, action == A::Action::\"x\", resource", [.noApplicableAction]),
        ("principal, action == Action::\"zz\", resource", [.noApplicableAction, .unknownAction]),
        ("principal, action in [Action::\"a\", Action::\"zz\"], resource", [.noApplicableAction, .unknownAction]),
        ("principal is Z, action, resource", [.noApplicableAction, .unknownType]),
        ("principal is U in G::\"x\", action, resource", []),
        ("principal is G in G::\"x\", action, resource", [.noApplicableAction]),
        ("principal == E::\"zz\", action, resource", [.enumChoice]),
        ("principal, action, resource == E::\"a\"", [.noApplicableAction]),
        ("principal in Action::\"a\", action, resource", [.noApplicableAction]),
        ("principal == ?principal, action, resource", []),
        ("principal is U in ?principal, action, resource in ?resource", []),
        ("principal == U::\"a\", action == Action::\"b\", resource is T", [.noApplicableAction]),
    ]

    /// Conditions that only strict mode refuses.
    static let permitted = [
        "principal in []", "[1, 2].contains(\"a\")", "principal == resource && principal == 1",
        "(if principal has o then principal else resource) == principal",
        "ip(if principal has o then \"10.0.0.1\" else \"::1\").isIpv4()", "[[], [1]].contains([])",
        "(if principal has o then U::\"x\" else T::\"x\") has n",
        "[{a: 1, b: true}, {a: 2}].contains({a: 1})",
    ]

    /// Conditions that no mode takes.
    static let forbidden = [
        "(if principal has o then U::\"x\" else T::\"x\").n == 1", "[1, \"a\"].isEmpty()",
        "(if principal has o then {a: 1} else {b: 1}).a == 1", "1 + \"a\" == 2",
    ]
}
