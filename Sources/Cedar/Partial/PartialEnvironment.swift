// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What the schema says about the parts of a partial request: the union of the environments that fit it.
///
/// Principal, action and resource are narrowed with each other's help: an action that does not apply to the resource's
/// type is none of those in question, and does not contribute its principals.
struct PartialEnvironment: Sendable {
    let schema: Schema?
    private(set) var principal: Set<EntityTypeName>?
    private(set) var resource: Set<EntityTypeName>?
    /// The types of the actions.
    private(set) var actionTypes: Set<EntityTypeName>?
    /// The actions in question, nil without a schema or when the action is known.
    private(set) var actions: [Schema.Action]?
    private(set) var context: RecordType?

    init(_ request: PartialRequest, schema: Schema?) throws(PartialRequestError) {
        self.schema = schema
        principal = request.principal.type.map { [$0] }
        resource = request.resource.type.map { [$0] }
        actionTypes = request.action.type.map { [$0] }
        guard let schema else { return }
        var principals: Set<EntityTypeName> = []
        var resources: Set<EntityTypeName> = []
        var actions: [Schema.Action] = []
        for action in schema.actions.values where request.action.admits(action.uid) {
            let fitting = (
                principals: principal.map(action.principals.intersection) ?? action.principals,
                resources: resource.map(action.resources.intersection) ?? action.resources
            )
            guard !fitting.principals.isEmpty, !fitting.resources.isEmpty else { continue }
            principals.formUnion(fitting.principals)
            resources.formUnion(fitting.resources)
            actions.append(action)
        }
        guard let first = actions.first else { throw PartialRequestError(.environment) }
        principal = principals
        resource = resources
        actionTypes = Set(actions.map(\.uid.type))
        self.actions = actions
        if actions.allSatisfy({ $0.context == first.context }) { context = first.context }
    }

    /// The possible types of what a variable names; nil when it may be of any.
    func types(of variable: Variable) -> Set<EntityTypeName>? {
        switch variable {
        case .principal: principal
        case .resource: resource
        case .action: actionTypes
        case .context: []
        }
    }

    /// Whether an entity of one of `types` may be, or be below, `group`.
    ///
    /// Only a schema knows; it speaks for the hierarchy of the entities, which conform to it. It never says that they
    /// are below: an entity may be missing.
    func mayBeMember(_ types: Set<EntityTypeName>?, of group: EntityUID) -> Bool {
        mayBeMember(types, ofType: group.type)
    }

    /// Whether an entity of one of `types` may be, or be below, an entity of the type `group`.
    func mayBeMember(_ types: Set<EntityTypeName>?, ofType group: EntityTypeName) -> Bool {
        guard let schema, let types else { return true }
        return types.contains { type in
            if type == group { return true }
            // A type the schema does not list, one of actions for example, may be below anything.
            guard let entityType = schema.entityTypes[type] else { return true }
            return entityType.ancestors.contains(group)
        }
    }

    /// Whether the unknown action may be, or be below, `group`.
    func actionMayBeMember(of group: EntityUID) -> Bool {
        guard let actions else { return true }
        return actions.contains { $0.uid == group || $0.ancestors.contains(group) }
    }

    /// What the attribute `name` of a value of `shape` looks like, whether it may be absent and whether it may be
    /// there at all. `exists` says that an entity is sure to be found.
    func attribute(_ name: Text, of shape: PartialShape, exists: Bool) -> Attribute {
        switch shape {
        case .any, .record(nil), .entity(nil): return .open
        case .record(let type?):
            guard let attribute = type[name] else { return .none }
            return Attribute(
                shape: PartialShape(attribute.type),
                mayBeAbsent: !attribute.isRequired,
                mayBePresent: true
            )
        case .entity(let types?):
            guard let schema else { return .open }
            var result: Attribute?
            for type in types {
                guard let entityType = schema.entityTypes[type] else { return .open }
                var next = Attribute.none
                if let attribute = entityType.attributes[name] {
                    next = Attribute(
                        shape: PartialShape(attribute.type),
                        mayBeAbsent: !exists || !attribute.isRequired,
                        mayBePresent: true
                    )
                }
                result = result.map { $0.union(next) } ?? next
            }
            return result ?? .open
        default: return .none
        }
    }

    /// What the tags of entities of `shape` look like.
    func tag(of shape: PartialShape) -> Attribute {
        guard let schema, case .entity(let types?) = shape else { return .open }
        var result: Attribute?
        for type in types {
            guard let entityType = schema.entityTypes[type] else { return .open }
            let next =
                entityType.tags.map { Attribute(shape: PartialShape($0), mayBeAbsent: true, mayBePresent: true) }
                ?? .none
            result = result.map { $0.union(next) } ?? next
        }
        return result ?? .open
    }

    /// What is known of an attribute or a tag.
    struct Attribute {
        let shape: PartialShape
        let mayBeAbsent: Bool
        let mayBePresent: Bool

        /// Anything is possible.
        static let open = Attribute(shape: .any, mayBeAbsent: true, mayBePresent: true)
        /// It is not there.
        static let none = Attribute(shape: .any, mayBeAbsent: true, mayBePresent: false)

        func union(_ other: Attribute) -> Attribute {
            Attribute(
                shape: mayBePresent ? (other.mayBePresent ? shape.union(other.shape) : shape) : other.shape,
                mayBeAbsent: mayBeAbsent || other.mayBeAbsent,
                mayBePresent: mayBePresent || other.mayBePresent
            )
        }
    }
}

extension PartialEntity {
    /// The type, when it is known.
    var type: EntityTypeName? {
        switch self {
        case .known(let uid): uid.type
        case .unknown(let type): type
        }
    }
}
