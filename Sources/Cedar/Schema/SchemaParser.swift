// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Reads a schema in the Cedar schema language, one declaration after the other.
///
/// Nothing here recurses: types are read by a loop with a stack of its own, ``type()``.
struct SchemaParser {
    var lexer: Lexer
    /// The token to be read next.
    var token: Token
    let limits: SchemaLimits
    /// The types and names read of the declaration at hand.
    var size = 0
    // The same for all declarations, each counted once for each of its names.
    private var totalSize = 0
    // What a name counts in the namespace at hand: each gets the namespace in front of it sooner or later.
    private var weight = 1
    // The last place that was numbered; counting on from it keeps the whole parse linear.
    private var cursor = SourcePosition(offset: 0, line: 1, column: 1)

    init(_ bytes: [UInt8], limits: SchemaLimits) throws(SchemaError) {
        lexer = Lexer(bytes, hasSlots: false)
        self.limits = limits
        token = Token(kind: .end, start: 0, end: 0)
        try step()
    }

    /// The whole text.
    mutating func fragment() throws(SchemaError) -> SchemaFragment {
        var namespaces: [SchemaFragment.Namespace] = []
        var outside: [SchemaFragment.Declaration] = []
        var outsideIndex: Int?
        while token.kind != .end {
            let annotations = try annotations()
            if isAt("namespace") {
                namespaces.append(try namespace(annotations))
            } else {
                outsideIndex = outsideIndex ?? namespaces.count
                outside.append(try declaration(annotations, or: "'namespace', "))
            }
        }
        if let outsideIndex {
            let place = SchemaPlace.text(SourcePosition(offset: 0, line: 1, column: 1))
            let rest = SchemaFragment.Namespace(name: nil, annotations: [], declarations: outside, place: place)
            namespaces.insert(rest, at: outsideIndex)
        }
        let fragment = SchemaFragment(namespaces: namespaces)
        try fragment.refuseDuplicates(areInOneText: true)
        return fragment
    }

    private mutating func namespace(_ annotations: [Annotation]) throws(SchemaError) -> SchemaFragment.Namespace {
        try step()
        let place = place(at: token.start)
        let name = try path("the namespace's name")
        try refuseReserved(name.text.string, at: place, as: "a namespace")
        try take(.leftBrace)
        weight = name.weight
        defer { weight = 1 }
        var declarations: [SchemaFragment.Declaration] = []
        while token.kind != .rightBrace {
            declarations.append(try declaration(try self.annotations(), or: "'}', "))
        }
        try step()
        return SchemaFragment.Namespace(
            name: name.text,
            annotations: annotations,
            declarations: declarations,
            place: place
        )
    }

    /// `@key`, `@key("value")`, any number of them; the keys may be reserved words.
    mutating func annotations() throws(SchemaError) -> [Annotation] {
        var annotations: [Annotation] = []
        var keys: Set<Text> = []
        while token.kind == .at {
            try step()
            guard token.kind == .identifier else { throw expected("the name of the annotation") }
            let key = Text(lexer.text(of: token))
            guard keys.insert(key).inserted else {
                throw failure(.duplicate, "the annotation @\(key) is written twice")
            }
            try step()
            var value: Text = ""
            if token.kind == .leftParenthesis {
                try step()
                value = try string("the annotation's value, a string")
                try take(.rightParenthesis)
            }
            annotations.append(Annotation(key: key, value: value))
        }
        return annotations
    }

    /// Adds the declaration at hand to what has been read, `names` times.
    mutating func count(names: Int) throws(SchemaError) {
        // The names themselves are not among what is written once for each of them.
        let (product, overflows) = max(1, size + 1 - names).multipliedReportingOverflow(by: names * weight)
        totalSize += overflows ? limits.maximumSize : product
        size = 0
        guard totalSize <= limits.maximumSize else {
            throw failure(.size, "the schema declares more than \(limits.maximumSize) types and names in all")
        }
    }
}

extension SchemaParser {
    /// Moves to the next token.
    mutating func step() throws(SchemaError) {
        do throws(ParseError) { token = try lexer.next() } catch { throw SchemaError(error) }
    }

    /// Moves behind a token that must be of `kind`.
    mutating func take(_ kind: Token.Kind, or wanted: String? = nil) throws(SchemaError) {
        guard token.kind == kind else { throw expected(wanted ?? kind.name) }
        try step()
    }

    /// Moves behind a token if it is of `kind`.
    mutating func takes(_ kind: Token.Kind) throws(SchemaError) -> Bool {
        guard token.kind == kind else { return false }
        try step()
        return true
    }

    /// Moves behind the word `word` if it comes next.
    mutating func takes(_ word: String) throws(SchemaError) -> Bool {
        guard isAt(word) else { return false }
        try step()
        return true
    }

    /// Whether the next token is the word `word`.
    func isAt(_ word: String) -> Bool {
        token.kind == .identifier && lexer.text(of: token) == word
    }

    /// The text of a string.
    mutating func string(_ wanted: String) throws(SchemaError) -> Text {
        guard token.kind == .string else { throw expected(wanted) }
        let text: Text
        do throws(ParseError) { text = try lexer.string(of: token) } catch { throw SchemaError(error) }
        try step()
        return text
    }

    /// A place, for errors that are found later.
    mutating func place(at offset: Int) -> SchemaPlace {
        if offset > cursor.offset { cursor = cursor.advanced(to: offset, in: lexer.bytes) }
        // Places are asked for in order; if one is not, it is counted from the beginning.
        let isHere = offset == cursor.offset
        return .text(isHere ? cursor : SourcePosition(offset: offset, in: lexer.bytes))
    }

    /// An error at the next token.
    func failure(_ code: SchemaError.Code, _ message: String) -> SchemaError {
        SchemaError(code, message, at: .text(SourcePosition(offset: token.start, in: lexer.bytes)))
    }

    /// The error that something else is expected where the next token stands.
    func expected(_ wanted: String, _ help: String = "") -> SchemaError {
        let found =
            switch token.kind {
            case .identifier, .number: "'\(lexer.text(of: token))'"
            default: token.kind.name
            }
        return failure(.syntax, "expected \(wanted), found \(found)\(help)")
    }
}

extension SourcePosition {
    /// The place after `offset` bytes of the same text, which is not before this one.
    fileprivate func advanced(to offset: Int, in text: [UInt8]) -> SourcePosition {
        let step = SourcePosition(offset: offset - self.offset, in: Array(text[self.offset..<offset]))
        return SourcePosition(
            offset: offset,
            line: line + step.line - 1,
            column: step.line == 1 ? column + step.column - 1 : step.column
        )
    }
}
