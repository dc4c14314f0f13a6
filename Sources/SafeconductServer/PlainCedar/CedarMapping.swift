// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON

/// Turns an AuthZEN question into a Cedar request.
///
/// | AuthZEN | Cedar |
/// |---|---|
/// | `subject`, `resource` | `Type::"id"`; their properties are attributes that the stored entity does not have |
/// | `action.name` | `Action::"name"` |
/// | `action.properties` | `context.action`, in place of a member of that name in the context |
/// | `context` | the context |
///
/// Members that are null are left out, because Cedar has no null. A number with a fraction is a decimal.
struct CedarMapping {
    /// The Cedar request.
    let request: AuthorizationRequest
    /// What the caller says about the subject and the resource; empty records when nothing.
    let subjectAttributes: Record
    let resourceAttributes: Record

    private static let actionType = EntityTypeName("Action")

    init(_ evaluation: Evaluation) throws(Problem) {
        var context = try Self.record(evaluation.context, at: "/context")
        if !evaluation.action.properties.isEmpty {
            context["action"] = .record(try Self.record(evaluation.action.properties, at: "/action/properties"))
        }
        request = AuthorizationRequest(
            principal: try Self.uid(evaluation.subject, at: "/subject"),
            action: try Self.action(evaluation.action.name),
            resource: try Self.uid(evaluation.resource, at: "/resource"),
            context: context
        )
        subjectAttributes = try Self.record(evaluation.subject.properties, at: "/subject/properties")
        resourceAttributes = try Self.record(evaluation.resource.properties, at: "/resource/properties")
    }

    private static func uid(_ entity: Evaluation.Entity, at pointer: String) throws(Problem) -> EntityUID {
        guard let type = EntityTypeName(entity.type) else {
            throw fault("the type is no Cedar entity type, such as User or Shop::User", at: "\(pointer)/type")
        }
        return EntityUID(type: type, id: Text(entity.id))
    }

    private static func action(_ name: String) throws(Problem) -> EntityUID {
        guard let actionType else { throw Problem(.internalError, "Action is no type name") }
        return EntityUID(type: actionType, id: Text(name))
    }

    private static func record(_ object: JSONObject, at pointer: String) throws(Problem) -> Record {
        guard !object.isEmpty else { return Record() }
        var pairs: [(Text, Value)] = []
        pairs.reserveCapacity(object.count)
        for member in object {
            guard let value = try value(member.value, at: "\(pointer)/\(member.key)") else { continue }
            pairs.append((Text(member.key), value))
        }
        return Record(pairs)
    }

    /// Nil for null. The parser bounded how deep this goes.
    private static func value(_ value: JSONValue, at pointer: @autoclosure () -> String) throws(Problem) -> Value? {
        switch value {
        case .null: return nil
        case .bool(let flag): return .bool(flag)
        case .integer(let number): return .long(number)
        case .string(let text): return .string(Text(text))
        case .object(let object): return .record(try record(object, at: pointer()))
        case .number(let literal):
            guard let number = CedarNumber.value(of: literal) else {
                throw fault(
                    "the number is neither a 64-bit integer nor a decimal with at most four digits behind the point",
                    at: pointer()
                )
            }
            return number
        case .array(let elements):
            var values: [Value] = []
            for (index, element) in elements.enumerated() {
                if let value = try Self.value(element, at: "\(pointer())/\(index)") { values.append(value) }
            }
            return .set(ValueSet(values))
        }
    }

    private static func fault(_ detail: String, at pointer: String) -> Problem {
        Problem(
            .invalidRequest,
            "\(pointer): \(detail)",
            faults: [Problem.Fault(pointer: pointer, code: "invalid_value", detail: detail)]
        )
    }
}
