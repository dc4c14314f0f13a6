// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension JSONParser {
    /// The object or array at `position`, read by a loop with a stack of what is open.
    ///
    /// Whatever depth the limits allow, it costs the thread's stack nothing.
    mutating func deep() throws(JSONError) -> JSONValue {
        var open: [OpenContainer] = []
        while true {
            // The first value was counted by who called.
            if !open.isEmpty { try count() }
            guard position < input.count else { throw failure(.syntax, "the text ends where a value is expected") }
            var value: JSONValue
            switch input[position] {
            case UInt8(ascii: "{"):
                try enter()
                skipSpace()
                guard consume(UInt8(ascii: "}")) else {
                    open.append(OpenContainer(isObject: true))
                    try name(in: &open[open.count - 1])
                    continue
                }
                depth -= 1
                value = .object(JSONObject())
            case UInt8(ascii: "["):
                try enter()
                skipSpace()
                guard consume(UInt8(ascii: "]")) else {
                    open.append(OpenContainer(isObject: false))
                    continue
                }
                depth -= 1
                value = .array([])
            default: value = try scalar()
            }
            // What is open takes it, and may end with it.
            while let last = open.indices.last {
                open[last].append(value)
                if try goesOn(in: &open[last]) { break }
                value = open.removeLast().value
                depth -= 1
            }
            if open.isEmpty { return value }
        }
    }

    // Behind an element: true when another one follows, false when the bracket was closed.
    private mutating func goesOn(in container: inout OpenContainer) throws(JSONError) -> Bool {
        skipSpace()
        if consume(UInt8(ascii: ",")) {
            skipSpace()
            if container.isObject { try name(in: &container) }
            return true
        }
        if container.isObject {
            guard consume(UInt8(ascii: "}")) else { throw failure(.syntax, "',' or '}' is expected here") }
        } else {
            guard consume(UInt8(ascii: "]")) else { throw failure(.syntax, "',' or ']' is expected here") }
        }
        return false
    }

    // The name of the next member, its colon and the space around it.
    private mutating func name(in object: inout OpenContainer) throws(JSONError) {
        try count()
        guard position < input.count, input[position] == UInt8(ascii: "\"") else {
            throw failure(.syntax, "a member name in double quotes is expected here")
        }
        let start = position
        if !object.name(try string()) { try noteRepeated(at: start) }
        skipSpace()
        guard consume(UInt8(ascii: ":")) else { throw failure(.syntax, "':' is expected here") }
        skipSpace()
    }
}

/// An object or array whose end has not been read.
private struct OpenContainer {
    let isObject: Bool
    private var elements: [JSONValue] = []
    private var members: [JSONObject.Member] = []
    private var names = MemberNames()
    private var name = ""
    private var isRepeated = false

    init(isObject: Bool) { self.isObject = isObject }

    /// Notes the name of the next member; false when it was seen before.
    mutating func name(_ name: String) -> Bool {
        self.name = name
        let isNew = names.insert(name, among: members)
        if !isNew { isRepeated = true }
        return isNew
    }

    /// Takes the next element, or the value of the member that was named.
    mutating func append(_ value: JSONValue) {
        if isObject {
            members.append(JSONObject.Member(key: name, value: value))
        } else {
            elements.append(value)
        }
    }

    /// All of it.
    var value: JSONValue {
        guard isObject else { return .array(elements) }
        return .object(isRepeated ? JSONObject(members.map { ($0.key, $0.value) }) : JSONObject(distinct: members))
    }
}
