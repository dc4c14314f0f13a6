// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Why a policy could not be evaluated. The policy is skipped; the decision goes on without it.
public struct EvaluationError: Error, Sendable {
    /// The kind of fault; more kinds may come.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The stable name.
        public let description: String

        /// A value is of another kind than the operator takes.
        public static let type = Code(description: "type")
        /// An entity does not exist whose attribute or tag is asked for.
        public static let missingEntity = Code(description: "missing_entity")
        /// An entity or record does not have the attribute.
        public static let missingAttribute = Code(description: "missing_attribute")
        /// An entity does not have the tag.
        public static let missingTag = Code(description: "missing_tag")
        /// A result does not fit 64 bits.
        public static let overflow = Code(description: "overflow")
        /// A function has too many or too few arguments.
        public static let arity = Code(description: "arity")
        /// An extension function cannot read its argument.
        public static let value = Code(description: "value")
    }

    /// What happened. The sentence is only written when somebody asks for it: most errors are counted, not read.
    enum Reason: Sendable {
        case kind(expected: [ValueKind], found: ValueKind)
        case missingEntity(EntityUID)
        case missingAttribute(Text, of: EntityUID?)
        case missingTag(Text, of: EntityUID)
        case overflow(Int64, Character, Int64)
        case arity(ExtensionFunction, found: Int)
        case value(ExtensionFunction, String)
    }

    let reason: Reason
    /// The expression that failed, in the policy's text.
    public let span: SourceSpan

    /// The place of the instruction that failed, in the policy's program.
    let instruction: Int32

    init(_ reason: Reason, at span: SourceSpan, _ instruction: Int32) {
        self.reason = reason
        self.span = span
        self.instruction = instruction
    }

    /// The kind of fault.
    public var code: Code {
        switch reason {
        case .kind: .type
        case .missingEntity: .missingEntity
        case .missingAttribute: .missingAttribute
        case .missingTag: .missingTag
        case .overflow: .overflow
        case .arity: .arity
        case .value: .value
        }
    }

    /// A sentence for people.
    public var message: String {
        switch reason {
        case .kind(let expected, let found):
            "expected \(expected.map(\.rawValue).joined(separator: " or ")), got \(found)"
        case .missingEntity(let uid): "the entity \(uid) does not exist"
        case .missingAttribute(let name, let uid?): "\(uid) does not have the attribute \(name.quoted)"
        case .missingAttribute(let name, nil): "the record does not have the attribute \(name.quoted)"
        case .missingTag(let name, let uid): "\(uid) does not have the tag \(name.quoted)"
        case .overflow(let left, let sign, let right): "\(left) \(sign) \(right) does not fit 64 bits"
        case .arity(let function, let found):
            "\(function.rawValue) takes \(function.arity) values, the one before the dot included; \(found) given"
        case .value(let function, let fault): "\(function.rawValue): \(fault)"
        }
    }
}

extension EvaluationError: CustomStringConvertible {
    /// The message.
    public var description: String { message }
}
