// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

extension ExpressionFormReader {
    /// What stands under `Value`: a value in Cedar's JSON form, its escapes included.
    ///
    /// Arrays, objects and calls become the expressions that make such values, so that a policy is the same however it
    /// is written.
    mutating func value(_ json: JSONValue, _ path: JSONPath) throws(PolicyFormError) {
        switch json {
        case .bool(let value): push(.bool(value))
        case .integer(let value): push(.long(value))
        case .string(let value): push(.string(Text(value)))
        case .array(let elements): row(elements, path, .set(elements.count))
        case .object(let object):
            if object.count == 1, let member = object.first, try escape(member, path) { return }
            then(
                object.map { .value($0.value, path.member($0.key)) }
                    + [.assemble(.record(object.map { Text($0.key) }))]
            )
        case .null: throw PolicyFormError(.value, "Cedar has no null", at: path)
        case .number(let literal):
            throw PolicyFormError(.value, "the number \(literal) is no 64-bit integer", at: path)
        }
    }

    private mutating func row(_ elements: [JSONValue], _ path: JSONPath, _ assembly: Assembly) {
        then(elements.enumerated().map { .value($1, path.element($0)) } + [.assemble(assembly)])
    }

    // An object is an escape when that is its single member and its content has the form; false when it is a record.
    private mutating func escape(_ member: JSONObject.Member, _ path: JSONPath) throws(PolicyFormError) -> Bool {
        let path = path.member(member.key)
        switch member.key {
        case "__entity":
            guard let content = member.value.objectValue, content["type"]?.stringValue != nil,
                content["id"]?.stringValue != nil
            else { return false }
            try checkNumbers(in: member.value, path)
            push(.entity(try EntityUID.inForm(member.value, at: path)))
            return true
        case "__extn":
            guard let content = member.value.objectValue, let name = content["fn"]?.stringValue else { return false }
            try checkNumbers(in: member.value, path)
            if let argument = content["arg"] {
                let function = try function(name, at: path.member("fn"))
                then([.value(argument, path.member("arg")), .assemble(.call(function, 1))])
                return true
            }
            guard let arguments = content["args"]?.arrayValue else { return false }
            let function = try function(name, at: path.member("fn"))
            try check(function, arguments.count, path)
            row(arguments, path.member("args"), .call(function, arguments.count))
            return true
        case "__expr":
            guard member.value.stringValue != nil else { return false }
            throw PolicyFormError(.value, "the __expr escape is no longer part of Cedar", at: path)
        default: return false
        }
    }

    private func checkNumbers(in json: JSONValue, _ path: JSONPath) throws(PolicyFormError) {
        do throws(EntityFormatError) {
            try Value.checkNumbers(in: json, path)
        } catch {
            throw PolicyFormError(.value, error.message, error.pointer)
        }
    }
}
