// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// One difference between what a file wants and what a server has.
struct MemberChange: Sendable, Equatable {
    /// The member's place, a point between the levels; elements of lists that have names go by those.
    let path: String
    /// What the server has; nil when it has nothing there.
    let before: JSONValue?
    /// What the file wants; nil when it wants nothing there.
    let after: JSONValue?

    /// The differences between two values, in the order of the wanted one's members.
    static func between(_ before: JSONValue?, _ after: JSONValue?, at path: String = "") -> [MemberChange] {
        switch (before, after) {
        case (nil, nil): return []
        case (let before?, let after?) where before == after: return []
        case (.object(let before)?, .object(let after)?):
            let gone = before.filter { after[$0.key] == nil }
            return after.flatMap { between(before[$0.key], $0.value, at: inner(path, $0.key)) }
                + gone.flatMap { between($0.value, nil, at: inner(path, $0.key)) }
        case (.array(let before)?, .array(let after)?):
            guard let left = named(before), let right = named(after) else { break }
            return between(.object(left), .object(right), at: path)
        default: break
        }
        return [MemberChange(path: path, before: before, after: after)]
    }

    /// A list whose elements all have a name of their own as an object by those names.
    private static func named(_ elements: [JSONValue]) -> JSONObject? {
        let pairs = elements.compactMap { element in element["name"]?.stringValue.map { ($0, element) } }
        let object = JSONObject(pairs)
        return object.count == elements.count ? object : nil
    }

    private static func inner(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    /// The change as a line for people; long texts are cut.
    var line: String {
        let name = Printable.text(path)
        switch (before, after) {
        case (nil, let after?): return "+ \(name): \(Self.text(after))"
        case (let before?, nil): return "- \(name): \(Self.text(before))"
        default: return "~ \(name): \(Self.text(before)) -> \(Self.text(after))"
        }
    }

    private static func text(_ value: JSONValue?) -> String {
        guard let value else { return "nothing" }
        let text = Printable.text(String(decoding: value.serialized(), as: UTF8.self))
        return text.count > 160 ? "\(text.prefix(157))..." : text
    }

    /// The change for scripts.
    var json: JSONValue {
        var object = JSONObject([("member", .string(path))])
        if let before { object["before"] = before }
        if let after { object["after"] = after }
        return .object(object)
    }
}
