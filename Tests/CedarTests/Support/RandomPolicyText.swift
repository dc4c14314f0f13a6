// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Makes random policies as text: every construct of the language, odd spaces and comments between the words.
struct RandomPolicyText {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    private static let names = [
        "a", "b", "owner", "x1", "_u", "permit", "when", "principal", "Action", "ip", "contains", "like_",
    ]
    private static let strings = [
        #""a""#, #""""#, #""a b""#, #""é\u{301}""#, #""\u{1F600}""#, #""\n\t\r\0\\\"\'""#, #""if""#, #""// no""#,
        "\"a\nb\"", "\"\u{a0}\u{200b}\u{feff}\"", #""x\x41""#, #""*""#,
    ]
    private static let patterns = [
        #""*a*""#, #""\*""#, #""a\**b""#, #""**""#, #""""#, #""é*\u{0}""#, #""\u{2a}x""#, #""*\x2A""#,
        #""\u{1F600}*\"""#, "\"\u{301}*\u{200d}a\"",
    ]
    private static let types = ["User", "A::B", "N::M::Group", "Action", "permit", "a"]

    private mutating func number(_ upper: Int) -> Int { Int.random(in: 0..<upper, using: &generator) }

    private mutating func pick(_ choices: [String]) -> String { choices[number(choices.count)] }

    private mutating func space() -> String { pick(["", " ", " ", "\n", "\t", " // c\n", "\n// own line\n"]) }

    private mutating func entity() -> String { pick(Self.types) + "::" + pick(Self.strings) }

    private mutating func list(_ count: Int, _ depth: Int) -> String {
        var elements: [String] = []
        for _ in 0..<count { elements.append(space() + expression(depth)) }
        return elements.joined(separator: ",") + (count > 0 ? pick(["", "", ",", " , // last\n"]) : "") + space()
    }

    private mutating func primary(_ depth: Int) -> String {
        switch number(depth > 0 ? 14 : 7) {
        case 0, 1: return pick(["principal", "action", "resource", "context"])
        case 2: return pick(["true", "false"])
        case 3: return pick(["0", "1", "42", "9223372036854775807", "007"])
        case 4: return pick(Self.strings)
        case 5: return entity()
        case 6: return pick(["[]", "{}", "{ }"])
        case 7, 8, 9: return "(\(space())\(expression(depth - 1))\(space()))"
        case 10: return "[\(list(number(4), depth - 1))]"
        case 11:
            var members: [String] = []
            for key in ["a", "\"a b\"", "if_", "\"if\"", "\"\""].shuffled(using: &generator).prefix(number(4)) {
                members.append("\(key)\(space()):\(space())\(expression(depth - 1))")
            }
            return "{\(members.joined(separator: ","))}"
        case 12: return "\(pick(["ip", "decimal", "datetime", "duration"]))(\(list(number(3), depth - 1)))"
        default:
            let parts = [expression(depth - 1), expression(depth - 1), expression(depth - 1)]
            return "(if \(parts[0]) then\(space()) \(parts[1]) else \(parts[2]))"
        }
    }

    private mutating func member(_ depth: Int) -> String {
        var text = primary(depth)
        for _ in 0..<[0, 0, 0, 1, 1, 2][number(6)] {
            switch number(depth > 0 ? 7 : 4) {
            case 0, 1, 2: text += pick([".", " . "]) + pick(Self.names)
            case 3: text += "[\(pick(Self.strings))]"
            case 4:
                let method = pick(["contains", "containsAll", "containsAny", "hasTag", "getTag"])
                text += ".\(method)(\(list(1, depth - 1)))"
            case 5: text += ".isEmpty()"
            default: text += ".\(pick(["isIpv4", "lessThan", "offset", "toDate"]))(\(list(number(3), depth - 1)))"
            }
        }
        return text
    }

    private mutating func unary(_ depth: Int) -> String {
        switch number(8) {
        case 0: String(repeating: "!", count: 1 + number(4)) + member(depth)
        case 1: String(repeating: "-", count: 1 + number(4)) + member(depth)
        case 2: "-9223372036854775808"
        default: member(depth)
        }
    }

    private mutating func chain(_ operators: [String], _ chance: Int, _ part: (inout Self) -> String) -> String {
        var text = part(&self)
        while number(chance) == 0 { text += "\(space()) \(pick(operators)) \(space())\(part(&self))" }
        return text
    }

    private mutating func sum(_ depth: Int) -> String {
        chain(["+", "-"], 8) { $0.chain(["*"], 8) { $0.unary(depth) } }
    }

    private mutating func relation(_ depth: Int) -> String {
        let left = sum(depth)
        switch number(10) {
        case 0...3: return left
        case 4, 5:
            return "\(left) \(pick(["==", "!=", "<", "<=", ">", ">=", "in"]))\(space()) \(sum(depth - 1))"
        case 6: return "\(left) has \(pick(Self.names + Self.strings + ["a.b", "a.b.when", "x1 . y"]))"
        case 7: return "\(left) like \(pick(Self.patterns))"
        case 8: return "\(left) is \(pick(Self.types))"
        default: return "\(left) is \(pick(Self.types)) in \(sum(depth - 1))"
        }
    }

    mutating func expression(_ depth: Int) -> String {
        guard depth > 0 else { return primary(0) }
        if number(12) == 0 {
            let parts = [expression(depth - 1), expression(depth - 1), expression(depth - 1)]
            return "if \(parts[0]) then \(parts[1]) \(space())else \(parts[2])"
        }
        return chain(["||"], 4) { $0.chain(["&&"], 3) { $0.relation(depth - 1) } }
    }

    private mutating func constraint(_ variable: String) -> String {
        let reference = number(3) == 0 ? "?\(variable)" : entity()
        return variable
            + pick([
                "", "", " == \(reference)", " in\(space()) \(reference)", " is \(pick(Self.types))",
                " is \(pick(Self.types)) in \(reference)",
            ])
    }

    private mutating func action() -> String {
        var actions: [String] = []
        for _ in 0..<(1 + number(3)) { actions.append("\(pick(["", "N::"]))Action::\(pick(Self.strings))") }
        return "action"
            + pick([
                "", " == \(actions[0])", " in \(actions[0])", " in [\(actions.joined(separator: ",\(space())"))]",
                " in []",
            ])
    }

    /// One policy or template.
    mutating func policy() -> String {
        var text = ""
        for key in ["id", "if", "x"].shuffled(using: &generator).prefix([0, 0, 1, 2][number(4)]) {
            text += "@\(key)\(pick(["", "(\(pick(Self.strings)))", " ( \"v\" )"]))\(pick([" ", "\n", " // c\n"]))"
        }
        text += "\(pick(["permit", "forbid"]))\(space())(\(space())\(constraint("principal")),\(space())\(action())"
        text += "\(space()),\(constraint("resource"))\(pick(["", ","]))\(space()))"
        for _ in 0..<[0, 1, 1, 2][number(4)] {
            text += "\(space())\(pick(["when", "unless"]))\(space()){\(space())\(expression(number(4)))\(space())}"
        }
        return text + space() + ";"
    }

    /// Up to three policies.
    mutating func policies() -> String {
        var text = pick(["", "", "// about\n\n// this\n"])
        for _ in 0..<(1 + number(3)) { text += policy() + pick(["\n", " // end\n", "\n\n\n"]) }
        return text
    }
}
