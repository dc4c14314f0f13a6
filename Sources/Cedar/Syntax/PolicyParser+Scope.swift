// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension PolicyParser {
    /// `(principal ..., action ..., resource ...)`, a comma behind the last one allowed.
    ///
    /// Only fixed shapes may stand here, no expressions: that is what makes policies indexable by their scopes.
    mutating func scope() throws(ParseError) -> Scope {
        try take(.leftParenthesis)
        try variable(.principal)
        let principal = try entityConstraint(slot: "?principal")
        try take(.comma, or: "',' and then 'action'")
        try variable(.action)
        let action = try actionConstraint()
        try take(.comma, or: "',' and then 'resource'")
        try variable(.resource)
        let resource = try entityConstraint(slot: "?resource")
        if token.kind == .comma { try step() }
        guard token.kind == .rightParenthesis else { throw expected("')' behind the resource", .scope) }
        try step()
        return Scope(principal: principal, action: action, resource: resource)
    }

    private mutating func variable(_ variable: Variable) throws(ParseError) {
        guard isAt(variable.rawValue) else {
            throw expected("'\(variable.rawValue)' (a scope is principal, action, resource, in this order)", .scope)
        }
        try step()
    }

    // `== E`, `in E`, `is T`, `is T in E` or nothing; E is an entity or the slot of this place.
    private mutating func entityConstraint(slot: String) throws(ParseError) -> EntityConstraint {
        if token.kind == .equal {
            try step()
            return .equal(try reference(slot: slot))
        }
        if isAt("in") {
            try step()
            return .member(try reference(slot: slot))
        }
        if isAt("is") {
            try step()
            let type = try typeName()
            guard isAt("in") else { return .type(type) }
            try step()
            return .typeAndMember(type, try reference(slot: slot))
        }
        try endOfConstraint("==, in or is")
        return .any
    }

    // `== A`, `in A`, `in [A, B]` or nothing.
    private mutating func actionConstraint() throws(ParseError) -> ActionConstraint {
        if token.kind == .equal {
            try step()
            return .equal(try action())
        }
        guard isAt("in") else {
            try endOfConstraint("== or in")
            return .any
        }
        try step()
        let open = try parentheses()
        guard token.kind == .leftBracket else {
            let action = try action()
            try close(open)
            return .member(action)
        }
        try step()
        var actions: [EntityUID] = []
        while token.kind != .rightBracket {
            actions.append(try action())
            guard token.kind == .comma else { break }
            try step()
        }
        try take(.rightBracket)
        try close(open)
        return .memberOfAny(actions)
    }

    // Nothing else may follow in this part of the scope.
    private func endOfConstraint(_ allowed: String) throws(ParseError) {
        switch token.kind {
        case .comma, .rightParenthesis: return
        case .colon:
            throw failure(.scope, "a scope has no type annotation; write 'is' and the type")
        default:
            throw expected("\(allowed), or the end of this part (other conditions belong into 'when')", .scope)
        }
    }

    // An entity whose type is named Action, in whatever namespace.
    private mutating func action() throws(ParseError) -> EntityUID {
        let start = token.start
        guard case .entity(let action) = try reference(slot: nil) else {
            throw lexer.error(.slot, "an action cannot be a slot", at: start)
        }
        guard action.type.isAction else {
            throw lexer.error(.scope, "an action's type must be named Action, as in Action::\"read\"", at: start)
        }
        return action
    }

    // An entity or the slot of this place, in any number of parentheses.
    private mutating func reference(slot: String?) throws(ParseError) -> EntityReference {
        let open = try parentheses()
        let reference: EntityReference
        if token.kind == .slot {
            guard let slot, lexer.text(of: token) == slot else {
                throw failure(.slot, slot.map { "only \($0) may stand here" } ?? "an action cannot be a slot")
            }
            try step()
            reference = .slot
        } else {
            reference = .entity(try entity())
        }
        try close(open)
        return reference
    }

    // Redundant parentheses are part of the language here as well; they are counted, not recursed into.
    private mutating func parentheses() throws(ParseError) -> Int {
        var open = 0
        while token.kind == .leftParenthesis {
            try step()
            open += 1
        }
        return open
    }

    private mutating func close(_ open: Int) throws(ParseError) {
        for _ in 0..<open { try take(.rightParenthesis) }
    }

    /// An entity, `Shop::User::"alice"`.
    mutating func entity() throws(ParseError) -> EntityUID {
        guard token.kind == .identifier else { throw expected("an entity such as User::\"alice\"") }
        var name = try identifier("the name of a type")
        while true {
            guard token.kind == .pathSeparator else { throw expected("'::' and the entity's id in quotes") }
            try step()
            if token.kind == .string {
                let id = try lexer.string(of: token)
                try step()
                return EntityUID(type: EntityTypeName(unchecked: name), id: id)
            }
            name += "::" + (try identifier("the name of a type"))
        }
    }

    /// A type name, `Shop::User`.
    mutating func typeName() throws(ParseError) -> EntityTypeName {
        var name = try identifier("the name of a type")
        while token.kind == .pathSeparator {
            try step()
            name += "::" + (try identifier("the name of a type"))
        }
        return EntityTypeName(unchecked: name)
    }
}
