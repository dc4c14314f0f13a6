// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// One token of policy or schema text: its kind and the bytes it covers.
struct Token {
    enum Kind {
        case end
        case identifier, number, string, slot
        case at, dot, comma, semicolon, colon, pathSeparator, question
        case leftParenthesis, rightParenthesis, leftBrace, rightBrace, leftBracket, rightBracket
        case assign, equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
        case and, or, not, plus, minus, star, slash, percent
    }

    let kind: Kind
    let start: Int
    let end: Int
}

extension Token.Kind {
    /// How messages name a token of this kind.
    var name: String {
        switch self {
        case .end: "the end of the text"
        case .identifier: "a name"
        case .number: "a number"
        case .string: "a string"
        case .slot: "a template slot"
        case .at: "'@'"
        case .dot: "'.'"
        case .comma: "','"
        case .semicolon: "';'"
        case .colon: "':'"
        case .pathSeparator: "'::'"
        case .question: "'?'"
        case .leftParenthesis: "'('"
        case .rightParenthesis: "')'"
        case .leftBrace: "'{'"
        case .rightBrace: "'}'"
        case .leftBracket: "'['"
        case .rightBracket: "']'"
        case .assign: "'='"
        case .equal: "'=='"
        case .notEqual: "'!='"
        case .less: "'<'"
        case .lessOrEqual: "'<='"
        case .greater: "'>'"
        case .greaterOrEqual: "'>='"
        case .and: "'&&'"
        case .or: "'||'"
        case .not: "'!'"
        case .plus: "'+'"
        case .minus: "'-'"
        case .star: "'*'"
        case .slash: "'/'"
        case .percent: "'%'"
        }
    }
}
