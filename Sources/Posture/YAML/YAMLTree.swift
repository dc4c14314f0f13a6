// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
internal import StrictYAML

/// Builds JSON values from YAML's events, as bounded as JSON is.
///
/// Plain scalars are read by the core schema of YAML 1.2 (section 10.3), so `no`, `on` and dates are texts; whatever
/// scalar stands as a name is its text, so `200:` is a member `200`. An alias stands for its value, and counts as much
/// as the value does: a few lines of aliases of aliases are refused once they would come to too many values. A merge
/// key (`<<`) brings in the members that its mapping does not have.
struct YAMLTree: ~Copyable {
    /// A value and what it costs each time it is named.
    private struct Weighed {
        var value: JSONValue
        var weight = 1
        var height = 0
    }

    private var events: YAMLEvents
    private let limits: DocumentLimits
    private var values = 0
    private var anchors: [String: Weighed] = [:]
    /// The names that stand twice, the first few.
    private(set) var remarks: [Remark] = []

    /// The tree of a text.
    init(_ text: [UInt8], limits: DocumentLimits) throws(PostureError) {
        do throws(YAMLFailure) { events = try YAMLEvents(text) } catch { throw PostureError(error) }
        self.limits = limits
    }

    private mutating func next() throws(PostureError) -> YAMLEvent {
        do throws(YAMLFailure) { return try events.next() } catch { throw PostureError(error) }
    }

    /// The one document of the text.
    mutating func document() throws(PostureError) -> JSONValue {
        let first = try next()
        guard case .documentStart = first.step else { throw PostureError(.syntax, "the document is empty") }
        let value = try node(try next(), depth: 0).value
        _ = try next()
        let after = try next()
        guard case .streamEnd = after.step else {
            throw fault(.syntax, after, "a second document begins here; one is expected")
        }
        return value
    }

    private mutating func node(_ event: YAMLEvent, depth: Int) throws(PostureError) -> Weighed {
        try count(1, event)
        var node: Weighed
        switch event.step {
        case .scalar(let text, let isPlain): node = Weighed(value: isPlain ? Self.resolve(text) : .string(text))
        case .sequenceStart: node = try sequence(event, depth: depth)
        case .mappingStart: node = try mapping(event, depth: depth)
        case .alias(let name):
            guard let known = anchors[name] else {
                throw fault(.syntax, event, "this alias names nothing that is complete by now")
            }
            try count(known.weight, event)
            guard depth + known.height <= limits.maximumDepth else { throw tooDeep(event) }
            return known
        default: throw fault(.syntax, event, "a value is expected here")
        }
        if let anchor = event.anchor { anchors[anchor] = node }
        return node
    }

    private mutating func sequence(_ start: YAMLEvent, depth: Int) throws(PostureError) -> Weighed {
        guard depth < limits.maximumDepth else { throw tooDeep(start) }
        var elements: [JSONValue] = []
        var whole = Weighed(value: .null, height: 1)
        while true {
            let event = try next()
            if case .sequenceEnd = event.step { break }
            let element = try node(event, depth: depth + 1)
            elements.append(element.value)
            whole.weight += element.weight
            whole.height = max(whole.height, element.height + 1)
        }
        whole.value = .array(elements)
        return whole
    }

    private mutating func mapping(_ start: YAMLEvent, depth: Int) throws(PostureError) -> Weighed {
        guard depth < limits.maximumDepth else { throw tooDeep(start) }
        var merged: [(String, JSONValue)] = []
        var own: [(String, JSONValue)] = []
        var whole = Weighed(value: .null, height: 1)
        while true {
            let event = try next()
            if case .mappingEnd = event.step { break }
            let (name, isMerge) = try self.name(event)
            let member = try node(try next(), depth: depth + 1)
            whole.weight += member.weight + 1
            whole.height = max(whole.height, member.height + 1)
            if isMerge { merged += try members(toMerge: member.value, event) } else { own.append((name, member.value)) }
        }
        let object = JSONObject(own)
        if object.count < own.count, remarks.count < 16 {
            remarks.append(Remark("line \(start.line)", "a name stands twice in the mapping that begins here"))
        }
        // Of merged mappings the first that has a member wins over the others, and the mapping's own over all.
        // Written in order, then backwards: the first place of a name is kept, and its last value.
        let members = merged.isEmpty ? [] : merged + merged.reversed() + own
        whole.value = .object(members.isEmpty ? object : JSONObject(members))
        return whole
    }

    /// A member's name, whatever its type would be as a value.
    private mutating func name(_ event: YAMLEvent) throws(PostureError) -> (String, isMerge: Bool) {
        if case .scalar(let text, let isPlain) = event.step {
            try count(1, event)
            if let anchor = event.anchor { anchors[anchor] = Weighed(value: .string(text)) }
            return (text, isPlain && text == "<<")
        }
        if case .alias(let name) = event.step, let known = anchors[name], let text = Self.text(known.value) {
            try count(1, event)
            return (text, false)
        }
        throw fault(.syntax, event, "the name of a member is a plain text")
    }

    private func members(
        toMerge value: JSONValue,
        _ event: YAMLEvent
    ) throws(PostureError) -> [(String, JSONValue)] {
        switch value {
        case .object(let object): return object.map { ($0.key, $0.value) }
        case .array(let elements):
            var all: [(String, JSONValue)] = []
            for element in elements {
                guard let object = element.objectValue else { break }
                all += object.map { ($0.key, $0.value) }
            }
            return all
        default: throw fault(.syntax, event, "a merge key takes a mapping or a list of them")
        }
    }

    private mutating func count(_ weight: Int, _ event: YAMLEvent) throws(PostureError) {
        values += weight
        guard values <= limits.maximumValues else {
            throw fault(.size, event, "the document has more than \(limits.maximumValues) values, aliases counted")
        }
    }

    private func tooDeep(_ event: YAMLEvent) -> PostureError {
        fault(.depth, event, "nested deeper than \(limits.maximumDepth) levels")
    }

    private func fault(_ code: PostureError.Code, _ event: YAMLEvent, _ message: String) -> PostureError {
        PostureError(code, line: event.line, column: event.column, message)
    }
}

extension YAMLTree {
    /// A plain scalar's value by the core schema. Numbers that JSON could not write are texts: nothing here computes.
    static func resolve(_ text: String) -> JSONValue {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: break
        }
        guard let first = text.utf8.first, first == UInt8(ascii: "-") || (0x30...0x39).contains(first) else {
            return .string(text)
        }
        let number = try? JSONValue(parsing: text)
        return switch number {
        case .integer, .number: number ?? .string(text)
        default: .string(text)
        }
    }

    private static func text(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text), .number(let text): text
        case .integer(let number): String(number)
        case .bool(let flag): flag ? "true" : "false"
        default: nil
        }
    }
}

extension PostureError {
    /// Why a text is no YAML.
    fileprivate init(_ failure: YAMLFailure) {
        let code: Code =
            switch failure.kind {
            case .syntax: .syntax
            case .encoding: .encoding
            case .depth: .depth
            case .size: .size
            }
        self.init(code, line: failure.place.line, column: failure.place.column, failure.message)
    }
}
