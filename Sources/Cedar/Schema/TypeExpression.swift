// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension SchemaFragment {
    /// A type as it is written.
    ///
    /// The text form has names, sets and records. The other cases are the JSON form's ways to say which of several
    /// things of one name is meant.
    public indirect enum TypeExpression: Sendable, Hashable {
        /// A name: of a common type or, if there is none of this name, of an entity type.
        case name(Name)
        /// `Set<T>`.
        case set(TypeExpression)
        /// `{ a: T, b?: T }`.
        case record([Attribute])
        /// A name that must be one of a common type: a context's in the text form, `{"type": "Name"}` in JSON.
        case commonType(Name)
        /// A name that must be one of an entity type: `{"type": "Entity"}`.
        case entity(Name)
        /// The name of an extension type: `{"type": "Extension"}`.
        case extensionType(Name)
        /// `{"type": "Boolean"}`.
        case bool
        /// `{"type": "Long"}`.
        case long
        /// `{"type": "String"}`.
        case string
    }

    /// An attribute of a record, each name once.
    public struct Attribute: Sendable, Hashable {
        /// The name.
        public let name: Text
        /// The type of its value.
        public let type: TypeExpression
        /// Whether every record of the type has it; `false` for `name?`.
        public let isRequired: Bool
        /// The annotations.
        public let annotations: [Annotation]
    }
}

extension SchemaFragment.TypeExpression {
    /// Whether it is `{}`.
    var isEmptyRecord: Bool {
        if case .record(let attributes) = self { attributes.isEmpty } else { false }
    }

    // What is still to be done, the last first.
    private enum Step {
        case enter(SchemaFragment.TypeExpression, depth: Int)
        case leave(SchemaFragment.TypeExpression, depth: Int, parts: Int)
    }

    /// Works out something for a type from what has been worked out for its parts, from the inside to the outside.
    ///
    /// A loop, because types nest as deep as whoever wrote them likes.
    /// - Parameter combine: Takes a type, the results of its parts (one of a set, one for each attribute of a record)
    ///   and how deep it stands, 0 for the whole.
    func fold<Result, Failure: Error>(
        _ combine: (Self, [Result], Int) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var steps: [Step] = []
        var results: [Result] = []
        var step = Step.enter(self, depth: 0)
        while true {
            let result: Result
            switch step {
            case .enter(.set(let element), let depth):
                steps.append(.leave(.set(element), depth: depth, parts: 1))
                step = .enter(element, depth: depth + 1)
                continue
            case .enter(.record(let attributes), let depth) where !attributes.isEmpty:
                steps.append(.leave(.record(attributes), depth: depth, parts: attributes.count))
                for attribute in attributes.dropFirst().reversed() {
                    steps.append(.enter(attribute.type, depth: depth + 1))
                }
                step = .enter(attributes[0].type, depth: depth + 1)
                continue
            case .enter(let type, let depth): result = try combine(type, [], depth)
            case .leave(let type, let depth, let parts):
                result = try combine(type, Array(results.suffix(parts)), depth)
                results.removeLast(parts)
            }
            guard let next = steps.popLast() else { return result }
            results.append(result)
            step = next
        }
    }
}
