// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// Turns YAML's events into JSON by our own rules for scalars.
struct YAMLBuilder: ~Copyable {
    private var events: YAMLEvents
    private let fractions: YAMLReader.Fractions
    /// Over all documents of a text.
    private var values = 0
    private var places: [String: YAMLDocument.Place] = [:]
    /// Of the pointers of all values: each repeats the names above it.
    private var pointerBytes = 0

    init(events: consuming YAMLEvents, fractions: YAMLReader.Fractions) {
        self.events = events
        self.fractions = fractions
    }

    /// The next document; nil when there is none.
    mutating func document(number: Int) throws(YAMLFailure) -> YAMLDocument? {
        guard case .documentStart = try events.next().step else { return nil }
        places = [:]
        let value = try value(try events.next(), at: "", depth: 0)
        _ = try events.next()
        return YAMLDocument(number: number, value: value, places: places)
    }

    /// The value that begins with `event`; nested no deeper than the bound, so that the calls are not either.
    private mutating func value(
        _ event: YAMLEvent,
        at pointer: String,
        depth: Int
    ) throws(YAMLFailure) -> JSONValue {
        values += 1
        pointerBytes += pointer.utf8.count
        guard pointerBytes <= YAMLReader.maximumPointerBytes else {
            throw fault(event, "the names above the values are too long for so many values", .size)
        }
        if places[pointer] == nil { places[pointer] = Self.place(event) }
        guard event.anchor == nil else { throw Self.alias(event) }
        guard depth <= YAMLReader.maximumDepth else {
            throw fault(event, "nested deeper than \(YAMLReader.maximumDepth) levels", .depth)
        }
        guard values <= YAMLReader.maximumValues else {
            throw fault(event, "the text has more than \(YAMLReader.maximumValues) values", .size)
        }
        switch event.step {
        case .scalar(let text, let isPlain): return try scalar(text, isPlain: isPlain, event)
        case .sequenceStart:
            try check(event, "seq")
            var elements: [JSONValue] = []
            while true {
                let next = try events.next()
                if case .sequenceEnd = next.step { return .array(elements) }
                elements.append(try value(next, at: "\(pointer)/\(elements.count)", depth: depth + 1))
            }
        case .mappingStart:
            try check(event, "map")
            return try mapping(at: pointer, depth: depth)
        case .alias: throw Self.alias(event)
        default: throw fault(event, "a value is expected here")
        }
    }

    private mutating func mapping(at pointer: String, depth: Int) throws(YAMLFailure) -> JSONValue {
        var members: [(String, JSONValue)] = []
        // By their bytes; an object that is asked for each of very many names would cost their square.
        var names: Set<[UInt8]> = []
        while true {
            let key = try events.next()
            switch key.step {
            case .mappingEnd: return .object(JSONObject(members))
            case .alias: throw Self.alias(key)
            case .scalar(let name, _):
                guard key.anchor == nil else { throw Self.alias(key) }
                guard names.insert(Array(name.utf8)).inserted else {
                    throw fault(key, "'\(Self.printable(name))' stands twice in one mapping")
                }
                let inner = "\(pointer)/\(Self.escaped(name))"
                places[inner] = Self.place(key)
                members.append((name, try value(try events.next(), at: inner, depth: depth + 1)))
            default: throw fault(key, "the name of a member is a plain text")
            }
        }
    }

    private func check(_ event: YAMLEvent, _ name: String) throws(YAMLFailure) {
        guard let tag = event.tag, tag != "!", tag != "tag:yaml.org,2002:\(name)" else { return }
        throw fault(event, "the tag of this value is not read here")
    }

    private func scalar(_ text: String, isPlain: Bool, _ event: YAMLEvent) throws(YAMLFailure) -> JSONValue {
        try check(event, "str")
        // A tag that is read says that it is a string.
        guard isPlain, event.tag == nil else { return .string(text) }
        switch text {
        case "", "~", "null": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        default: break
        }
        if let integer = Self.integer(text) { return .integer(integer) }
        if fractions == .numbers, let number = Self.number(text) { return number }
        return .string(text)
    }

    /// The integer that JSON would read; `007`, `+1` and `1_000` are texts.
    private static func integer(_ text: String) -> Int64? {
        let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
        guard let first = digits.first, (0x30...0x39).contains(first), first != 0x30 || digits.count == 1,
            text != "-0"
        else { return nil }
        return Int64(text)
    }

    /// Any other number that JSON would read: with a fraction, an exponent, or more digits than 64 bits hold.
    private static func number(_ text: String) -> JSONValue? {
        guard let first = text.utf8.first, first == UInt8(ascii: "-") || (0x30...0x39).contains(first) else {
            return nil
        }
        switch try? JSONValue(parsing: text) {
        case .integer(let integer)?: return .integer(integer)
        case .number(let literal)?: return .number(literal)
        default: return nil
        }
    }

    private static func place(_ event: YAMLEvent) -> YAMLDocument.Place {
        YAMLDocument.Place(line: event.line, column: event.column)
    }

    private static func alias(_ event: YAMLEvent) -> YAMLFailure {
        YAMLFailure(.syntax, event.line, event.column, "anchors and aliases are not read here; write the value again")
    }

    private func fault(_ event: YAMLEvent, _ message: String, _ kind: YAMLFailure.Kind = .syntax) -> YAMLFailure {
        YAMLFailure(kind, event.line, event.column, message)
    }

    /// A name in a message: what could act on a terminal is left out.
    private static func printable(_ name: String) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in name.unicodeScalars.prefix(64) {
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            if !isControl, !scalar.properties.isDefaultIgnorableCodePoint { shown.append(scalar) }
        }
        return String(shown)
    }

    /// A name as a token of a JSON pointer (RFC 6901 section 3).
    private static func escaped(_ name: String) -> String {
        name.contains { $0 == "~" || $0 == "/" }
            ? name.replacing("~", with: "~0").replacing("/", with: "~1") : name
    }
}
