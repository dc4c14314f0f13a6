// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The type of a record as far as it is known: like a ``RecordType``, but of ``StaticType``s, and possibly open.
struct StaticRecord: Hashable, Sendable {
    /// One attribute.
    struct Attribute: Hashable, Sendable {
        let name: Text
        let type: StaticType
        let isRequired: Bool
    }

    /// The attributes, in the order of their names.
    let attributes: [Attribute]
    /// Whether there may be others.
    let isOpen: Bool

    init(_ attributes: [Attribute], isOpen: Bool = false) {
        self.attributes = attributes.sorted { $0.name < $1.name }
        self.isOpen = isOpen
    }

    init(_ record: RecordType) {
        attributes = record.attributes.map {
            Attribute(name: $0.name, type: .plain($0.type), isRequired: $0.isRequired)
        }
        isOpen = false
    }

    /// The attribute `name`, nil when the type names none.
    subscript(name: Text) -> Attribute? { attributes.place(of: name, \.name).map { attributes[$0] } }
}

extension StaticRecord: CustomStringConvertible {
    // Types are named in messages; a long one helps nobody.
    private static let named = 6

    var description: String {
        var parts = attributes.prefix(Self.named).map { "\($0.name.bare)\($0.isRequired ? "" : "?"): \($0.type)" }
        if isOpen || attributes.count > Self.named { parts.append("...") }
        return "{\(parts.joined(separator: ", "))}"
    }
}

extension Text {
    /// The name of an attribute as it is written: in quotes only when it must be.
    var bare: String {
        var bytes = string.utf8.makeIterator()
        guard let first = bytes.next(), first.startsIdentifier else { return quoted }
        while let byte = bytes.next() {
            guard byte.continuesIdentifier else { return quoted }
        }
        return string
    }
}
