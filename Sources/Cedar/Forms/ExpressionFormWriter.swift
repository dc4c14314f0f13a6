// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// Writes expressions in Cedar's JSON policy form, as the reference implementation prints them.
struct ExpressionFormWriter {
    /// A written node: its JSON, and how deep and how large that is.
    struct Form {
        let json: JSONValue
        let depth: Int
        let count: Int
    }

    private let expression: PolicyExpression
    private var forms: [Form] = []

    /// The nodes of `expression`, each written out.
    static func forms(of expression: PolicyExpression) throws(PolicyFormError) -> [Form] {
        var writer = ExpressionFormWriter(expression)
        writer.forms.reserveCapacity(expression.nodes.count)
        // Children stand before parents, so each finds its operands written.
        for node in expression.nodes { writer.forms.append(try writer.bounded(writer.form(of: node))) }
        return writer.forms
    }

    private init(_ expression: PolicyExpression) {
        self.expression = expression
    }

    // Checked at each node, so that nothing larger is ever built, not even for a moment.
    private func bounded(_ form: Form) throws(PolicyFormError) -> Form {
        // Set, condition list, condition and the policies around it.
        guard form.depth <= PolicyForm.maximumDepth - 8 else {
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
        case .and(let range): try chain(range) { _ in "&&" }
        case .or(let range): try chain(range) { _ in "||" }
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
        case .like(let a, let pattern): like(form(a), expression[pattern: pattern])
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

    private func leaf(_ json: JSONValue) -> Form { Form(json: json, depth: 1, count: 2) }

    // Only what is folded or computed is a literal of another kind than these; it is written as a value all the same.
    private func literal(_ value: Value) -> Form {
        switch value {
        case .bool, .long, .string: return leaf(["Value": value.json])
        case .entity: return Form(json: ["Value": value.json], depth: 3, count: 6)
        default:
            let json = value.json
            return Form(json: ["Value": json], depth: 2 * Self.maximumValueDepth, count: Self.count(json))
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
        _ others: [(String, JSONValue)] = []
    ) -> Form {
        Form(
            json: .object(JSONObject([(name, .object(JSONObject(operands.map { ($0, $1.json) } + others)))])),
            depth: operands.reduce(0) { max($0, $1.1.depth) } + 2,
            count: operands.reduce(2 + others.count) { $0 + $1.1.count }
        )
    }

    private func binary(_ name: String, _ left: Form, _ right: Form) -> Form {
        operation(name, [("left", left), ("right", right)])
    }

    private func named(_ name: String, _ left: Form, _ attribute: Text) -> Form {
        operation(name, [("left", left)], [("attr", .string(attribute.string))])
    }

    // {"name": [operands]}
    private func list(_ name: String, _ operands: [Form]) -> Form {
        Form(
            json: .object(JSONObject([(name, .array(operands.map(\.json)))])),
            depth: operands.reduce(0) { max($0, $1.depth) } + 2,
            count: operands.reduce(2) { $0 + $1.count }
        )
    }

    // Operators of the form take two operands; a chain groups from the left.
    private func chain(_ range: OperandRange, _ name: (Int) -> String) throws(PolicyFormError) -> Form {
        var result: Form?
        for index in range.range {
            let operand = form(expression.operands[index])
            result =
                try result.map { left throws(PolicyFormError) in
                    try bounded(binary(name(index), left, operand))
                } ?? operand
        }
        return result ?? leaf(["Value": true])
    }

    // `x has a.b` is written as `x has a && x.a has b`.
    private func path(_ start: Form, _ names: ArraySlice<Text>) throws(PolicyFormError) -> Form {
        var target = start
        var result: Form?
        for name in names {
            let has = try bounded(named("has", target, name))
            result = try result.map { left throws(PolicyFormError) in try bounded(binary("&&", left, has)) } ?? has
            target = named(".", target, name)
        }
        return result ?? start
    }

    // One element for each scalar, as the reference implementation writes it.
    private func like(_ operand: Form, _ pattern: LikePattern) -> Form {
        var elements: [JSONValue] = []
        for (index, piece) in pattern.pieces.enumerated() {
            if index > 0 { elements.append("Wildcard") }
            for scalar in String(decoding: piece, as: UTF8.self).unicodeScalars {
                elements.append(["Literal": .string(String(Character(scalar)))])
            }
        }
        let form = operation("like", [("left", operand)], [("pattern", .array(elements))])
        return Form(json: form.json, depth: max(form.depth, 4), count: form.count + 2 * elements.count)
    }
}
