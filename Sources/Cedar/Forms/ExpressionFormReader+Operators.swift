// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

extension ExpressionFormReader {
    /// One expression: an object whose single member names the operator.
    mutating func expression(_ json: JSONValue, _ path: JSONPath) throws(PolicyFormError) {
        let object = try FormObject(json, at: path, "an expression")
        guard object.members.count == 1, let member = object.members.first else {
            throw PolicyFormError(.kind, "an expression is an object with one member, its operator", at: path)
        }
        let inner = path.member(member.key)
        switch member.key {
        case "Value": try value(member.value, inner)
        case "Var": try variable(member.value, inner)
        case "Slot": throw PolicyFormError(.slot, "slots may stand in the scope only, not in a condition", at: inner)
        case "!": try unary(member.value, inner) { .not($0) }
        case "neg": try unary(member.value, inner) { .negate($0) }
        case "isEmpty": try unary(member.value, inner) { .isEmpty($0) }
        case "&&": try junction(.and, "&&", json, path)
        case "||": try junction(.or, "||", json, path)
        case "*": try chain(.product, ["*"], json, path)
        case "+", "-": try chain(nil, ["+", "-"], json, path)
        case "in": try binary(member.value, inner) { .membership($0, $1) }
        case "contains": try binary(member.value, inner) { .setOperation(.contains, $0, $1) }
        case "containsAll": try binary(member.value, inner) { .setOperation(.containsAll, $0, $1) }
        case "containsAny": try binary(member.value, inner) { .setOperation(.containsAny, $0, $1) }
        case "hasTag": try binary(member.value, inner) { .hasTag($0, $1) }
        case "getTag": try binary(member.value, inner) { .getTag($0, $1) }
        case ".": try attribute(member.value, inner)
        case "has": try has(member.value, inner)
        case "like": try like(member.value, inner)
        case "is": try isType(member.value, inner)
        case "if-then-else": try conditional(member.value, inner)
        case "Set":
            let elements = try array(member.value, inner)
            then([.assemble(.set(elements.count))], after: elements, inner)
        case "Record": try record(member.value, inner)
        default:
            if let comparison = ExpressionNode.Comparison(rawValue: member.key) {
                try binary(member.value, inner) { .comparison(comparison, $0, $1) }
            } else {
                try call(member.key, member.value, inner)
            }
        }
    }

    // The operands first, then what takes them.
    private mutating func then(_ steps: [Work], after operands: [JSONValue], _ path: JSONPath) {
        then(operands.enumerated().map { .expression($1, path.element($0)) } + steps)
    }

    private func array(_ json: JSONValue, _ path: JSONPath) throws(PolicyFormError) -> [JSONValue] {
        guard let elements = json.arrayValue else {
            throw PolicyFormError(.kind, "an array is expected, not \(json.kindName)", at: path)
        }
        return elements
    }

    private mutating func variable(_ json: JSONValue, _ path: JSONPath) throws(PolicyFormError) {
        guard let variable = json.stringValue.flatMap(Variable.init(rawValue:)) else {
            throw PolicyFormError(.word, "'principal', 'action', 'resource' or 'context' is expected", at: path)
        }
        push(.variable(variable))
    }

    private mutating func unary(
        _ json: JSONValue,
        _ path: JSONPath,
        _ node: @escaping (NodeID) -> ExpressionNode
    ) throws(PolicyFormError) {
        let object = try FormObject(json, at: path, "the operand")
        try object.allow(["arg"])
        then([.expression(try object.member("arg"), path.member("arg")), .assemble(.unary(node))])
    }

    private mutating func binary(
        _ json: JSONValue,
        _ path: JSONPath,
        _ node: @escaping (NodeID, NodeID) -> ExpressionNode
    ) throws(PolicyFormError) {
        let object = try FormObject(json, at: path, "the operands")
        try object.allow(["left", "right"])
        then([
            .expression(try object.member("left"), path.member("left")),
            .expression(try object.member("right"), path.member("right")), .assemble(.binary(node)),
        ])
    }

    // `a && b && c` is {"&&": {left: {"&&": {a, b}}, right: c}}: down the left side as far as it is of one kind, so
    // that a long chain is one node here, as the text parser makes it. Nil stands for sums.
    private mutating func chain(
        _ chain: Chain?,
        _ names: [String],
        _ json: JSONValue,
        _ path: JSONPath
    ) throws(PolicyFormError) {
        var operands: [Work] = []
        var signs: [Bool] = []
        var json = json
        var path = path
        while case .object(let outer) = json, outer.count == 1, let member = outer.first, names.contains(member.key) {
            guard path.depth <= PolicyForm.maximumDepth else { throw tooDeep(path) }
            let inner = path.member(member.key)
            let object = try FormObject(member.value, at: inner, "the operands")
            try object.allow(["left", "right"])
            operands.append(.expression(try object.member("right"), inner.member("right")))
            signs.append(member.key == "-")
            json = try object.member("left")
            path = inner.member("left")
        }
        operands.append(.expression(json, path))
        signs.append(false)
        let count = operands.count
        then(operands.reversed() + [.assemble(chain.map { .chain($0, count) } ?? .sum(signs.reversed()))])
    }

    // A chain of more operands than are written from the left is one node, however it is grouped; else the brackets of
    // the text it was written from are kept.
    private mutating func junction(
        _ chain: Chain,
        _ name: String,
        _ json: JSONValue,
        _ path: JSONPath
    ) throws(PolicyFormError) {
        var operands: [Work] = []
        var rest = [(json, path)]
        while let (json, path) = rest.popLast() {
            guard case .object(let outer) = json, outer.count == 1, let member = outer.first, member.key == name else {
                operands.append(.expression(json, path))
                continue
            }
            guard path.depth <= PolicyForm.maximumDepth else { throw tooDeep(path) }
            let inner = path.member(name)
            let object = try FormObject(member.value, at: inner, "the operands")
            try object.allow(["left", "right"])
            rest.append((try object.member("right"), inner.member("right")))
            rest.append((try object.member("left"), inner.member("left")))
        }
        guard operands.count > PolicyForm.maximumChain else { return try self.chain(chain, [name], json, path) }
        then(operands + [.assemble(.chain(chain, operands.count))])
    }

    private mutating func attribute(_ json: JSONValue, _ path: JSONPath) throws(PolicyFormError) {
        let object = try FormObject(json, at: path, "the operands")
        try object.allow(["left", "attr"])
        then([
            .expression(try object.member("left"), path.member("left")),
            .assemble(.attribute(Text(try object.string("attr")))),
        ])
    }

    // The attribute is a name or, as newer writers have it, a path of names.
    private mutating func has(_ json: JSONValue, _ path: JSONPath) throws(PolicyFormError) {
        let object = try FormObject(json, at: path, "the operands")
        try object.allow(["left", "attr"])
        var names: [Text] = []
        if let elements = try object.member("attr").arrayValue {
            let path = path.member("attr")
            for (index, element) in elements.enumerated() {
                guard let name = element.stringValue.map({ Text($0) }), elements.count == 1 || name.isName else {
                    throw PolicyFormError(.name, "the names of a path are identifiers", at: path.element(index))
                }
                names.append(name)
            }
            guard !names.isEmpty else { throw PolicyFormError(.arity, "a path has at least one name", at: path) }
        } else {
            names = [Text(try object.string("attr"))]
        }
        then([.expression(try object.member("left"), path.member("left")), .assemble(.has(names))])
    }

    private mutating func like(_ json: JSONValue, _ path: JSONPath) throws(PolicyFormError) {
        let object = try FormObject(json, at: path, "the operands")
        try object.allow(["left", "pattern"])
        var pieces: [[UInt8]] = [[]]
        for (index, element) in try object.array("pattern").enumerated() {
            if element.stringValue == "Wildcard" {
                pieces.append([])
            } else if case .object(let literal) = element, literal.count == 1,
                let text = literal["Literal"]?.stringValue
            {
                pieces[pieces.count - 1] += Array(text.utf8)
            } else {
                throw PolicyFormError(
                    .kind,
                    "\"Wildcard\" or {\"Literal\": text} is expected",
                    at: path.member("pattern").element(index)
                )
            }
        }
        then([
            .expression(try object.member("left"), path.member("left")),
            .assemble(.like(LikePattern(pieces: pieces))),
        ])
    }

    private mutating func isType(_ json: JSONValue, _ path: JSONPath) throws(PolicyFormError) {
        let object = try FormObject(json, at: path, "the operands")
        try object.allow(["left", "entity_type", "in"])
        let type = try object.typeName("entity_type")
        let left = Work.expression(try object.member("left"), path.member("left"))
        if let group = object.members["in"], !group.isNull {
            then([left, .expression(group, path.member("in")), .assemble(.isTypeIn(type))])
        } else {
            then([left, .assemble(.isType(type))])
        }
    }

    private mutating func conditional(_ json: JSONValue, _ path: JSONPath) throws(PolicyFormError) {
        let object = try FormObject(json, at: path, "the operands")
        let names = ["if", "then", "else"]
        try object.allow(names)
        var steps: [Work] = []
        for name in names { steps.append(.expression(try object.member(name), path.member(name))) }
        then(steps + [.assemble(.conditional)])
    }

    private mutating func record(_ json: JSONValue, _ path: JSONPath) throws(PolicyFormError) {
        let object = try FormObject(json, at: path, "a record")
        then(
            object.members.map { .expression($0.value, path.member($0.key)) }
                + [.assemble(.record(object.members.map { Text($0.key) }))]
        )
    }

    // The name of a function, and its operands in an array; the value before the dot is the first.
    private mutating func call(_ name: String, _ json: JSONValue, _ path: JSONPath) throws(PolicyFormError) {
        let function = try function(name, at: path)
        let operands = try array(json, path)
        try check(function, operands.count, path)
        then([.assemble(.call(function, operands.count))], after: operands, path)
    }

    /// The extension function `name`.
    func function(_ name: String, at path: JSONPath) throws(PolicyFormError) -> ExtensionFunction {
        guard let function = ExtensionFunction(rawValue: name) else {
            throw PolicyFormError(.function, "there is no operator or function \(Text(name).quoted)", at: path)
        }
        return function
    }

    /// A wrong number of operands fails when it is evaluated, but a method without a value cannot even be written.
    func check(_ function: ExtensionFunction, _ count: Int, _ path: JSONPath) throws(PolicyFormError) {
        if count == 0 && !function.isConstructor {
            throw PolicyFormError(.arity, "\(function.rawValue) is called on a value", at: path)
        }
    }
}
