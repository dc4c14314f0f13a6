// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

private import StrictJSON

extension PolicyParser {
    /// `.name`, `["name"]` or `.method(...)` behind an operand; nil when a call was opened and its first argument must
    /// follow.
    mutating func member(of operand: Operand) throws(ParseError) -> Operand? {
        switch token.kind {
        case .dot:
            try step()
            let position = token.start
            let name = try identifier("the name of an attribute")
            if token.kind == .leftParenthesis { return try call(name, of: operand, at: position) }
            return node(.attribute(operand.node, builder.name(Text(name))), from: operand.start)
        case .leftBracket:
            try step()
            guard token.kind == .string else { throw expected("the name of an attribute in quotes") }
            let name = builder.name(try lexer.string(of: token))
            try step()
            try take(.rightBracket)
            return node(.attribute(operand.node, name), from: operand.start)
        default:
            throw failure(.syntax, "this cannot be called; only functions and methods can")
        }
    }

    // At the opening parenthesis of a method.
    private mutating func call(_ name: String, of receiver: Operand, at position: Int) throws(ParseError) -> Operand? {
        let callee: ExpressionStack.Callee
        if let method = ExpressionStack.Method(rawValue: name) {
            callee = .method(method)
        } else if let function = ExtensionFunction(rawValue: name), !function.isConstructor {
            callee = .function(function)
        } else {
            throw unknownMethod(name, at: position)
        }
        let base = stack.operands.count
        try open(.call(start: receiver.start, base: base, callee), at: position)
        stack.push(receiver.node)
        try step()
        guard token.kind == .rightParenthesis else { return nil }
        try step()
        return try endCall(receiver.start, base, callee)
    }

    /// At the opening parenthesis of a function.
    mutating func call(of name: String, at start: Int) throws(ParseError) -> Progress {
        guard let function = ExtensionFunction(rawValue: name), function.isConstructor else {
            throw unknownFunction(name, at: start)
        }
        let base = stack.operands.count
        try open(.call(start: start, base: base, .function(function)), at: start)
        try step()
        guard token.kind == .rightParenthesis else { return .wanted(atStart: true) }
        try step()
        return .operand(try endCall(start, base, .function(function)))
    }

    // Functions and methods are confused more often than misspelt.
    private func unknownMethod(_ name: String, at position: Int) -> ParseError {
        if ExtensionFunction(rawValue: name) != nil {
            return lexer.error(.function, "\(name) is a function, not a method: write \(name)(...)", at: position)
        }
        let methods =
            ExpressionStack.Method.allCases.map(\.rawValue)
            + ExtensionFunction.allCases.filter { !$0.isConstructor }.map(\.rawValue)
        let help = nearestName(to: name, among: methods).map { "; did you mean '\($0)'?" } ?? ""
        return lexer.error(.function, "there is no method '\(name)'\(help)", at: position)
    }

    private func unknownFunction(_ name: String, at position: Int) -> ParseError {
        if ExtensionFunction(rawValue: name) != nil || ExpressionStack.Method(rawValue: name) != nil {
            return lexer.error(.function, "\(name) is a method: write x.\(name)(...)", at: position)
        }
        let functions = ExtensionFunction.allCases.filter(\.isConstructor).map(\.rawValue)
        let help = nearestName(to: name, among: functions).map { "; did you mean '\($0)'?" } ?? ""
        return lexer.error(.function, "there is no function '\(name)'\(help)", at: position)
    }
}
