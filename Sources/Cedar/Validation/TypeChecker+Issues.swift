// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension TypeChecker {
    /// What an operator takes.
    enum Expectation {
        case bool, long, string, set, entity, entityOrRecord, entityOrEntities
        case exactly(SchemaType)

        func accepts(_ type: StaticType) -> Bool {
            if type == .never { return true }
            switch self {
            case .bool:
                if case .truth = type { return true }
                return type == .bool
            case .long: return type == .long
            case .string: return type == .string
            case .set: return type.element != nil
            case .entity: return type.entityTypes != nil
            case .entityOrRecord: return type.entityTypes != nil || type.isRecord
            case .entityOrEntities:
                let inner = type.element ?? type
                return inner.entityTypes != nil || inner == .never
            case .exactly(let wanted): return type == .plain(wanted)
            }
        }

        var name: String {
            switch self {
            case .bool: "Bool"
            case .long: "Long"
            case .string: "String"
            case .set: "a set"
            case .entity: "an entity"
            case .entityOrRecord: "an entity or a record"
            case .entityOrEntities: "an entity or a set of entities"
            case .exactly(let type): type.name
            }
        }
    }

    /// The answer if its type is one that is expected; without a type, and with an issue, when it is not.
    mutating func expect(_ answer: Answer, at node: NodeID, _ expectation: Expectation) -> Answer {
        guard let type = answer.type else { return .faulty(nil) }
        guard expectation.accepts(type) else {
            unexpected(node, type, expectation.name, help: Self.help(expectation, type))
            return .faulty(nil)
        }
        return answer
    }

    // What people mean when they write this.
    private static func help(_ expectation: Expectation, _ type: StaticType) -> String? {
        switch expectation {
        case .entityOrRecord where type.element != nil: "to ask whether a set holds a value write .contains(...)"
        case .entityOrRecord where type == .string, .set where type == .string: "to look into a string use 'like'"
        case .set where type.entityTypes != nil: "to ask whether an entity is in a group use 'in'"
        case .set where type.isRecord: "to ask whether a record has an attribute use 'has'"
        case .string where type.entityTypes != nil: "to test the type of an entity use 'is'"
        case .long where type == .string: "strings cannot be added"
        case .long where type.element != nil: "sets cannot be added; ask with containsAll or containsAny"
        case .entityOrEntities where type.element != nil: "to ask whether a set holds a value write .contains(...)"
        case .entity where type.element != nil: "to ask whether a set holds a value write .contains(...)"
        default: nil
        }
    }

    mutating func unexpected(_ node: NodeID, _ type: StaticType, _ expected: String, help: String? = nil) {
        report(.unexpectedType, "expected \(expected), found \(type)", at: node, help: help)
    }

    mutating func incompatible(_ node: NodeID, _ types: [StaticType], _ help: String) {
        guard !issues.isFull, !isExhausted else { return }
        var different: [StaticType] = []
        for type in types where different.count <= Self.named && !different.contains(type) { different.append(type) }
        let names = different.prefix(Self.named).map(\.description).joined(separator: " and ")
        let others = different.count > Self.named ? " and others" : ""
        report(.incompatibleTypes, "\(names)\(others) do not fit together", at: node, help: help)
    }

    // So many types are named in one sentence.
    private static let named = 4

    mutating func report(_ code: ValidationIssue.Code, _ message: String, at node: NodeID, help: String? = nil) {
        // Sentences are made anew in every environment, though each is kept once.
        spend(16)
        issues.add(ValidationIssue(code, message, at: expression[span: node], help: help))
    }

    /// What an expression is, for a message: the context of which action, or its type.
    func subject(_ node: NodeID, _ type: StaticType) -> String {
        if case .variable(.context) = expression[node] { return "the context of \(environment.action)" }
        return type.description
    }

    /// An expression as it could be written in a help; only short ones are written out.
    func source(_ node: NodeID) -> String {
        var path = ""
        var node = node
        for _ in 0..<8 {
            switch expression[node] {
            case .variable(let variable): return variable.rawValue + path
            case .literal(let index): return expression[literal: index].description + path
            case .attribute(let inner, let name):
                let name = expression[name: name]
                path = (name.bare == name.string ? ".\(name)" : "[\(name.quoted)]") + path
                node = inner
            default: return "(...)" + path
            }
        }
        return "(...)" + path
    }
}
