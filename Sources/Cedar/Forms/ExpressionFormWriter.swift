// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// Writes expressions in Cedar's JSON policy form.
struct ExpressionFormWriter {
    /// A written node: its JSON, how deep and how large that is, and how high the tree is that is read from it.
    struct Form {
        var json: JSONValue
        var depth: Int
        var count: Int
        var height: Int
    }

    /// The style of writing.
    private enum Style {
        /// As the reference implementation prints it, which repeats the value of a path of `has` for every name and
        /// nests a chain once for each operand.
        case reference
        /// As the reference implementation reads it as well: paths as lists of names, long chains in pairs of pairs.
        case compact
    }

    private let expression: PolicyExpression
    private let style: Style
    private var forms: [Form] = []

    /// The conditions at `roots`, each written out: as the reference implementation prints it if that can be read again.
    static func forms(of expression: PolicyExpression, _ roots: [NodeID]) throws(PolicyFormError) -> [JSONValue] {
        do throws(PolicyFormError) {
            return try forms(of: expression, roots, .reference)
        } catch {
            return try forms(of: expression, roots, .compact)
        }
    }

    private static func forms(
        of expression: PolicyExpression,
        _ roots: [NodeID],
        _ style: Style
    ) throws(PolicyFormError) -> [JSONValue] {
        var writer = ExpressionFormWriter(expression: expression, style: style)
        writer.forms.reserveCapacity(expression.nodes.count)
        // Children stand before parents, so each finds its operands written.
        for node in expression.nodes { writer.forms.append(try writer.bounded(writer.form(of: node))) }
        guard roots.reduce(0, { $0 + writer.form($1).count }) <= PolicyForm.maximumValues else {
            throw PolicyFormError(.size, "the conditions are too large for the JSON form", "/conditions")
        }
        return roots.map { writer.form($0).json }
    }

    // Checked at each node, so that nothing larger is ever built, not even for a moment.
    private func bounded(_ form: Form) throws(PolicyFormError) -> Form {
        // Set, condition list, condition and the policies around it.
        guard form.depth <= PolicyForm.maximumDepth - 8, form.height <= ParserLimits.standard.maximumNesting else {
            throw PolicyFormError(.nesting, "an expression is nested too deeply for the JSON form", "")
        }
        guard form.count <= PolicyForm.maximumValues else {
            throw PolicyFormError(.size, "an expression is too large for the JSON form", "")
        }
        return form
    }

    private func form(of node: ExpressionNode) throws(PolicyFormError) -> Form {
        switch node {
        case .literal(let index): literal(expression[literal: index])
        case .variable(let variable): leaf(["Var": .string(variable.rawValue)])
        case .not(let a): operation("!", [("arg", form(a))])
        case .negate(let a): operation("neg", [("arg", form(a))])
        case .isEmpty(let a): operation("isEmpty", [("arg", form(a))])
        case .and(let range): try junction(range, "&&")
        case .or(let range): try junction(range, "||")
        case .product(let range): try chain(range) { _ in "*" }
        case .sum(let range):
            try chain(range) { expression.isSubtracted[$0] ? "-" : "+" }
        case .comparison(let comparison, let a, let b): binary(comparison.rawValue, form(a), form(b))
        case .membership(let a, let b): binary("in", form(a), form(b))
        case .setOperation(let operation, let a, let b): binary(operation.rawValue, form(a), form(b))
        case .hasTag(let a, let b): binary("hasTag", form(a), form(b))
        case .getTag(let a, let b): binary("getTag", form(a), form(b))
        case .has(let a, let names): try path(form(a), expression[names: names])
        case .attribute(let a, let name): named(".", form(a), expression[name: name])
        case .like(let a, let pattern): try like(form(a), expression[pattern: pattern])
        case .isType(let a, let type):
            operation("is", [("left", form(a))], [("entity_type", .string(expression[type: type].description))])
        case .isTypeIn(let a, let type, let b):
            operation(
                "is",
                [("left", form(a)), ("in", form(b))],
                [("entity_type", .string(expression[type: type].description))]
            )
        case .conditional(let a, let b, let c):
            operation("if-then-else", [("if", form(a)), ("then", form(b)), ("else", form(c))])
        case .set(let range): list("Set", expression[range].map(form))
        case .call(let function, let range): list(function.rawValue, expression[range].map(form))
        case .record(let range, let first):
            operation(
                "Record",
                zip(expression[keys: first, count: range.range.count], expression[range])
                    .map { ($0.string, form($1)) }
            )
        }
    }

    private func form(_ id: NodeID) -> Form { forms[id.index] }

    private func leaf(_ json: JSONValue) -> Form { Form(json: json, depth: 1, count: 2, height: 1) }

    // Only what is folded or computed is a literal of another kind than these; it is written as a value all the same.
    private func literal(_ value: Value) -> Form {
        switch value {
        case .bool, .long, .string: return leaf(["Value": value.json])
        case .entity: return Form(json: ["Value": value.json], depth: 3, count: 6, height: 1)
        default:
            let json = value.json
            return Form(
                json: ["Value": json],
                depth: 2 * Self.maximumValueDepth,
                count: Self.count(json),
                height: Self.maximumValueDepth
            )
        }
    }

    // What any value nests at most; each level of a record in an escape takes two.
    private static let maximumValueDepth = 64

    private static func count(_ json: JSONValue) -> Int {
        var count = 2
        var rest = [json]
        while let next = rest.popLast() {
            count += 1
            switch next {
            case .array(let elements): rest += elements
            case .object(let object): rest += object.map(\.value)
            default: break
            }
        }
        return count
    }

    // {"name": {members}}
    private func operation(
        _ name: String,
        _ operands: [(String, Form)],
        _ others: [(String, JSONValue)] = [],
        _ inOthers: Int = 0
    ) -> Form {
        Form(
            json: .object(JSONObject([(name, .object(JSONObject(operands.map { ($0, $1.json) } + others)))])),
            depth: operands.reduce(0) { max($0, $1.1.depth) } + 2,
            count: operands.reduce(2 + others.count + inOthers) { $0 + $1.1.count },
            height: operands.reduce(0) { max($0, $1.1.height) } + 1
        )
    }

    private func binary(_ name: String, _ left: Form, _ right: Form) -> Form {
        operation(name, [("left", left), ("right", right)])
    }

    // One of a chain, all of which is read as one node of this height.
    private func binary(_ name: String, _ left: Form, _ right: Form, height: Int) -> Form {
        var form = binary(name, left, right)
        form.height = height
        return form
    }

    private func named(_ name: String, _ left: Form, _ attribute: Text) -> Form {
        operation(name, [("left", left)], [("attr", .string(attribute.string))])
    }

    // {"name": [operands]}
    private func list(_ name: String, _ operands: [Form]) -> Form {
        Form(
            json: .object(JSONObject([(name, .array(operands.map(\.json)))])),
            depth: operands.reduce(0) { max($0, $1.depth) } + 2,
            count: operands.reduce(2) { $0 + $1.count },
            height: operands.reduce(0) { max($0, $1.height) } + 1
        )
    }

    // Operators of the form take two operands; a chain groups from the left, and is read as one however long.
    private func chain(_ range: OperandRange, _ name: (Int) -> String) throws(PolicyFormError) -> Form {
        let operands = expression[range].map(form)
        guard var result = operands.first else { return leaf(["Value": true]) }
        let height = operands.reduce(0) { max($0, $1.height) } + 1
        for (index, operand) in zip(range.range, operands).dropFirst() {
            result = try bounded(binary(name(index), result, operand, height: height))
        }
        return result
    }

    // `&&` and `||`, which mean the same however they are grouped.
    private func junction(_ range: OperandRange, _ name: String) throws(PolicyFormError) -> Form {
        guard style == .compact, range.range.count > PolicyForm.maximumChain else {
            return try chain(range) { _ in name }
        }
        var row = expression[range].map(form)
        let height = row.reduce(0) { max($0, $1.height) } + 1
        while row.count > 1 {
            var pairs: [Form] = []
            for index in stride(from: 0, to: row.count, by: 2) {
                let isPair = index + 1 < row.count
                pairs.append(isPair ? binary(name, row[index], row[index + 1], height: height) : row[index])
            }
            row = pairs
        }
        return row[0]
    }

    // `x has a.b` is written as `x has a && x.a has b`.
    private func path(_ start: Form, _ names: ArraySlice<Text>) throws(PolicyFormError) -> Form {
        guard style == .reference || names.count < 2 else {
            return operation(
                "has",
                [("left", start)],
                [("attr", .array(names.map { .string($0.string) }))],
                names.count
            )
        }
        var target = start
        var result: Form?
        for name in names {
            let has = try bounded(named("has", target, name))
            result =
                try result.map { left throws(PolicyFormError) in
                    try bounded(binary("&&", left, has, height: has.height + 1))
                } ?? has
            target = named(".", target, name)
        }
        return result ?? start
    }

    // One element for each scalar, as the reference implementation writes it.
    private func like(_ operand: Form, _ pattern: LikePattern) throws(PolicyFormError) -> Form {
        let texts = pattern.pieces.map { String(decoding: $0, as: UTF8.self).unicodeScalars }
        var form = operation("like", [("left", operand)])
        form.depth = max(form.depth, 4)
        form.count += texts.reduce(texts.count) { $0 + 3 * $1.count }
        // What is too large is not even built.
        form = try bounded(form)
        var elements: [JSONValue] = []
        for (index, text) in texts.enumerated() {
            if index > 0 { elements.append("Wildcard") }
            for scalar in text { elements.append(["Literal": .string(String(Character(scalar)))]) }
        }
        form.json = operation("like", [("left", operand)], [("pattern", .array(elements))]).json
        return form
    }
}
