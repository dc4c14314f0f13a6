// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A parser for one JSON text, strict in everything RFC 8259 leaves open.
///
/// Duplicate member names, trailing bytes, a byte order mark, invalid UTF-8 and lone surrogates are refused.
struct JSONParser {
    let input: [UInt8]
    let limits: JSONLimits
    /// Whether the last of equal names stands; else the second is refused.
    let takesLast: Bool
    /// The places of names that stood before, at most ``repeatedLimit``.
    var repeated: [JSONError] = []
    var position = 0
    var depth = 0
    private var values = 0

    static let repeatedLimit = 16

    init(_ input: [UInt8], limits: JSONLimits, takesLast: Bool = false) {
        self.input = input
        self.limits = limits
        self.takesLast = takesLast
    }

    /// The one value of the whole input.
    mutating func document() throws(JSONError) -> JSONValue {
        if input.count > limits.maximumBytes {
            throw JSONError(.size, at: 0, in: [], "the text has more than \(limits.maximumBytes) bytes")
        }
        skipSpace()
        let value = try value()
        skipSpace()
        if position < input.count { throw failure(.syntax, "text after the value") }
        return value
    }

    func failure(_ code: JSONError.Code, _ message: String) -> JSONError {
        JSONError(code, at: position, in: input, message)
    }

    private mutating func value() throws(JSONError) -> JSONValue {
        try count()
        guard position < input.count else { throw failure(.syntax, "the text ends where a value is expected") }
        switch input[position] {
        case UInt8(ascii: "{"): return depth < JSONValue.recursiveDepth ? try object() : try deep()
        case UInt8(ascii: "["): return depth < JSONValue.recursiveDepth ? try array() : try deep()
        default: return try scalar()
        }
    }

    /// A value that is no object and no array.
    mutating func scalar() throws(JSONError) -> JSONValue {
        switch input[position] {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw failure(.syntax, "a value is expected here")
        }
    }

    mutating func count() throws(JSONError) {
        values += 1
        if values > limits.maximumValues {
            throw failure(.size, "the text has more than \(limits.maximumValues) values")
        }
    }

    mutating func enter() throws(JSONError) {
        position += 1
        depth += 1
        if depth > limits.maximumDepth {
            throw failure(.depth, "nested deeper than \(limits.maximumDepth) levels")
        }
    }

    private mutating func array() throws(JSONError) -> JSONValue {
        try enter()
        var elements: [JSONValue] = []
        skipSpace()
        if !consume(UInt8(ascii: "]")) {
            repeat {
                skipSpace()
                elements.append(try value())
                skipSpace()
            } while consume(UInt8(ascii: ","))
            guard consume(UInt8(ascii: "]")) else { throw failure(.syntax, "',' or ']' is expected here") }
        }
        depth -= 1
        return .array(elements)
    }

    private mutating func object() throws(JSONError) -> JSONValue {
        try enter()
        var members: [JSONObject.Member] = []
        var names = MemberNames()
        var isRepeated = false
        skipSpace()
        if !consume(UInt8(ascii: "}")) {
            repeat {
                skipSpace()
                try count()
                guard position < input.count, input[position] == UInt8(ascii: "\"") else {
                    throw failure(.syntax, "a member name in double quotes is expected here")
                }
                let start = position
                let key = try string()
                if !names.insert(key, among: members) {
                    try noteRepeated(at: start)
                    isRepeated = true
                }
                skipSpace()
                guard consume(UInt8(ascii: ":")) else { throw failure(.syntax, "':' is expected here") }
                skipSpace()
                members.append(JSONObject.Member(key: key, value: try value()))
                skipSpace()
            } while consume(UInt8(ascii: ","))
            guard consume(UInt8(ascii: "}")) else { throw failure(.syntax, "',' or '}' is expected here") }
        }
        depth -= 1
        return .object(isRepeated ? JSONObject(members.map { ($0.key, $0.value) }) : JSONObject(distinct: members))
    }

    /// Refuses the name at `start`, which stood before in its object, or notes that it did.
    mutating func noteRepeated(at start: Int) throws(JSONError) {
        let end = position
        position = start
        // Making the error counts lines, so only the first few are made.
        if !takesLast || repeated.count < Self.repeatedLimit {
            let error = failure(.duplicateMember, "this member name stands twice in one object")
            guard takesLast else { throw error }
            repeated.append(error)
        }
        position = end
    }

    private mutating func literal(_ text: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        for byte in text.description.utf8 {
            guard consume(byte) else { throw failure(.syntax, "a value is expected here") }
        }
        return value
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = position
        let negative = consume(UInt8(ascii: "-"))
        let digits = position
        try skipDigits()
        if input[digits] == UInt8(ascii: "0"), position > digits + 1 {
            position = digits
            throw failure(.syntax, "a number does not begin with a superfluous zero")
        }
        var integral = true
        if consume(UInt8(ascii: ".")) {
            integral = false
            try skipDigits()
        }
        if consume(UInt8(ascii: "e")) || consume(UInt8(ascii: "E")) {
            integral = false
            if !consume(UInt8(ascii: "-")) { _ = consume(UInt8(ascii: "+")) }
            try skipDigits()
        }
        if integral, let integer = integer(digits..<position, negative: negative) { return .integer(integer) }
        return .number(String(decoding: input[start..<position], as: UTF8.self))
    }

    private func integer(_ digits: Range<Int>, negative: Bool) -> Int64? {
        var value: Int64 = 0
        for index in digits {
            let digit = Int64(input[index] - UInt8(ascii: "0"))
            let (scaled, first) = value.multipliedReportingOverflow(by: 10)
            let (sum, second) = scaled.addingReportingOverflow(negative ? -digit : digit)
            if first || second { return nil }
            value = sum
        }
        return value
    }

    private mutating func skipDigits() throws(JSONError) {
        let start = position
        while position < input.count, input[position] >= UInt8(ascii: "0"), input[position] <= UInt8(ascii: "9") {
            position += 1
        }
        if position == start { throw failure(.syntax, "a digit is expected here") }
    }

    mutating func consume(_ byte: UInt8) -> Bool {
        guard position < input.count, input[position] == byte else { return false }
        position += 1
        return true
    }

    mutating func skipSpace() {
        while position < input.count {
            switch input[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }
}

/// The names seen in one object: a scan while they are few, a set by bytes once they are many, so that a hostile
/// object of a hundred thousand members costs no square.
struct MemberNames {
    private var set: Set<MemberName> = []

    /// False when `key` was seen before.
    mutating func insert(_ key: String, among members: [JSONObject.Member]) -> Bool {
        if members.count < 16 { return !members.contains { sameBytes($0.key, key) } }
        if set.isEmpty { for member in members { set.insert(MemberName(text: member.key)) } }
        return set.insert(MemberName(text: key)).inserted
    }
}

extension JSONValue {
    /// Parses one JSON text.
    ///
    /// - Parameters:
    ///   - bytes: The whole text, UTF-8 without byte order mark.
    ///   - limits: What the parse may cost.
    /// - Throws: ``JSONError`` with the position.
    public init(parsing bytes: [UInt8], limits: JSONLimits = .standard) throws(JSONError) {
        var parser = JSONParser(bytes, limits: limits)
        self = try parser.document()
    }

    /// Parses one JSON text.
    public init(parsing text: String, limits: JSONLimits = .standard) throws(JSONError) {
        try self.init(parsing: Array(text.utf8), limits: limits)
    }
}
