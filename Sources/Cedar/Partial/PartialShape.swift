// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What is known of a value that is not known itself: its kind and what the schema adds.
///
/// Coarser than a type of the schema where that does no harm: it says what a value cannot be, no more.
indirect enum PartialShape: Sendable, Hashable {
    case any
    case bool
    case long
    case string
    case decimal
    case ipaddr
    case datetime
    case duration
    case set(PartialShape)
    /// A record; with a type, it has the attributes of the type and no others.
    case record(RecordType?)
    /// An entity; with types, of one of them.
    case entity(Set<EntityTypeName>?)

    init(_ type: SchemaType) {
        self =
            switch type {
            case .bool: .bool
            case .long: .long
            case .string: .string
            case .set(let element): .set(PartialShape(element))
            case .record(let record): .record(record)
            case .entity(let name): .entity([name])
            case .decimal: .decimal
            case .ipaddr: .ipaddr
            case .datetime: .datetime
            case .duration: .duration
            }
    }

    /// The shape of a known value.
    init(of value: Value) {
        self =
            switch value {
            case .bool: .bool
            case .long: .long
            case .string: .string
            case .set: .set(.any)
            case .record: .record(nil)
            case .entity(let uid): .entity([uid.type])
            case .decimal: .decimal
            case .ip: .ipaddr
            case .datetime: .datetime
            case .duration: .duration
            }
    }

    /// The kind, nil when it may be any.
    var kind: ValueKind? {
        switch self {
        case .any: nil
        case .bool: .bool
        case .long: .long
        case .string: .string
        case .set: .set
        case .record: .record
        case .entity: .entity
        case .decimal: .decimal
        case .ipaddr: .ipaddr
        case .datetime: .datetime
        case .duration: .duration
        }
    }

    /// Whether no value is of both shapes.
    func isDisjoint(from other: PartialShape) -> Bool {
        guard let kind, let otherKind = other.kind else { return false }
        if case .entity(let types?) = self, case .entity(let others?) = other { return types.isDisjoint(with: others) }
        return kind != otherKind
    }

    /// A shape of every value that is of one of the two.
    func union(_ other: PartialShape) -> PartialShape {
        if self == other { return self }
        switch (self, other) {
        case (.entity(let types?), .entity(let others?)): return .entity(types.union(others))
        case (.entity, .entity): return .entity(nil)
        case (.record, .record): return .record(nil)
        case (.set, .set): return .set(.any)
        default: return .any
        }
    }
}
