// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Writes compact JSON bytes without building values first.
///
/// The writer places commas; its caller keeps begin and end balanced and writes a key before each member's value.
public struct JSONWriter: Sendable {
    /// What was written so far.
    public private(set) var bytes: [UInt8]
    private var needsComma = false

    /// An empty text with room for `capacity` bytes.
    public init(capacity: Int = 256) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// Opens an object.
    public mutating func beginObject() { open(UInt8(ascii: "{")) }

    /// Closes the object opened last.
    public mutating func endObject() { close(UInt8(ascii: "}")) }

    /// Opens an array.
    public mutating func beginArray() { open(UInt8(ascii: "[")) }

    /// Closes the array opened last.
    public mutating func endArray() { close(UInt8(ascii: "]")) }

    /// The name of the member whose value follows.
    public mutating func key(_ name: String) {
        separate()
        quote(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// A string value.
    public mutating func string(_ text: String) {
        separate()
        quote(text)
    }

    /// An integer value.
    public mutating func integer(_ number: Int64) {
        separate()
        if number >= 0, number < 10 {
            bytes.append(UInt8(ascii: "0") + UInt8(number))
        } else {
            bytes.append(contentsOf: String(number).utf8)
        }
    }

    /// A boolean value.
    public mutating func bool(_ flag: Bool) {
        separate()
        bytes.append(contentsOf: flag ? Self.trueLiteral : Self.falseLiteral)
    }

    /// The value `null`.
    public mutating func null() {
        separate()
        bytes.append(contentsOf: Self.nullLiteral)
    }

    /// Bytes that are already one JSON value: a number's literal, or a text parsed before.
    public mutating func raw(_ text: some Sequence<UInt8>) {
        separate()
        bytes.append(contentsOf: text)
    }

    /// Bytes that are already one JSON value.
    public mutating func raw(_ text: [UInt8]) {
        separate()
        bytes.append(contentsOf: text)
    }

    /// A string of characters that stand for themselves in JSON: the text form of an id or a time.
    ///
    /// - Parameter text: No quote, backslash or control character, which its maker sees to.
    public mutating func plain(_ text: Span<UInt8>) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        unsafe text.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Any value, however deep.
    public mutating func value(_ value: JSONValue) { self.value(value, depth: 0) }

    private mutating func value(_ value: JSONValue, depth: Int) {
        switch value {
        case .null: null()
        case .bool(let flag): bool(flag)
        case .integer(let number): integer(number)
        case .number(let literal): raw(literal.utf8)
        case .string(let text): string(text)
        case .array, .object:
            guard depth < JSONValue.recursiveDepth else { return deep(value) }
            if case .array(let elements) = value {
                beginArray()
                for element in elements { self.value(element, depth: depth + 1) }
                endArray()
            } else if case .object(let object) = value {
                beginObject()
                for member in object {
                    key(member.key)
                    self.value(member.value, depth: depth + 1)
                }
                endObject()
            }
        }
    }

    // What is left to write, the next thing last, takes the place of the thread's stack.
    private mutating func deep(_ value: JSONValue) {
        enum Step {
            case key(String), value(JSONValue), endArray, endObject
        }
        var steps = [Step.value(value)]
        while let step = steps.popLast() {
            switch step {
            case .key(let name): key(name)
            case .endArray: endArray()
            case .endObject: endObject()
            case .value(.array(let elements)):
                beginArray()
                steps.append(.endArray)
                steps += elements.reversed().map(Step.value)
            case .value(.object(let object)):
                beginObject()
                steps.append(.endObject)
                for member in object.reversed() { steps += [.value(member.value), .key(member.key)] }
            // One that has no parts recurses no further.
            case .value(let value): self.value(value, depth: 0)
            }
        }
    }

    private static let trueLiteral = Array("true".utf8)
    private static let falseLiteral = Array("false".utf8)
    private static let nullLiteral = Array("null".utf8)
    private static let hexDigits = Array("0123456789abcdef".utf8)

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        let isPlain = text.withUTF8 { utf8 in
            // Most texts are themselves.
            guard unsafe !Self.needsEscape(utf8) else { return false }
            unsafe bytes.append(contentsOf: utf8)
            return true
        }
        if !isPlain { escaped(text.utf8) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Whether some byte is a control character, a quote or a backslash; eight are looked at together.
    private static func needsEscape(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let (ones, highs): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
        let raw = UnsafeRawBufferPointer(text)
        var place = 0
        while place + 8 <= raw.count {
            let word = unsafe raw.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            let (quote, slash) = (word ^ (ones &* 0x22), word ^ (ones &* 0x5C))
            // The high bit of a byte is set where it was below 32, or zero; a carry only ever adds a false alarm.
            let below = (word &- (ones &* 0x20)) & ~word
            let zero = ((quote &- ones) & ~quote) | ((slash &- ones) & ~slash)
            if (below | zero) & highs != 0 { return true }
            place += 8
        }
        while place < raw.count {
            let byte = unsafe raw[place]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return true }
            place += 1
        }
        return false
    }

    private mutating func escaped(_ text: String.UTF8View) {
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0x0A: escape(UInt8(ascii: "n"))
            case 0x0D: escape(UInt8(ascii: "r"))
            case 0x09: escape(UInt8(ascii: "t"))
            case 0..<0x20:
                escape(UInt8(ascii: "u"))
                bytes.append(UInt8(ascii: "0"))
                bytes.append(UInt8(ascii: "0"))
                bytes.append(Self.hexDigits[Int(byte >> 4)])
                bytes.append(Self.hexDigits[Int(byte & 15)])
            default: bytes.append(byte)
            }
        }
    }

    private mutating func escape(_ letter: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(letter)
    }
}

extension JSONValue {
    /// The value as compact JSON, members in their order.
    public func serialized() -> [UInt8] {
        var writer = JSONWriter()
        writer.value(self)
        return writer.bytes
    }
}
