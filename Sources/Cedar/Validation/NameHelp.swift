// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// What to say of a name that does not exist.
enum NameHelp {
    // A help must not cost more than the check: in longer lists nobody's slip of the pen is looked for.
    private static let searched = 500
    private static let listed = 8

    /// The name among those of `known` that somebody probably meant; nil when none resembles it.
    ///
    /// Among equally near ones the first by name, so that the answer does not depend on a hash.
    static func nearest<Known: Collection>(
        to name: String,
        among known: Known,
        _ text: (Known.Element) -> String
    ) -> String? {
        guard known.count <= searched else { return nil }
        return nearestName(to: name, among: known.map { Text(text($0)) }.sorted().map(\.string))
    }

    /// The first of these types by name. They are found without putting all of them in order.
    static func list(types: Set<EntityTypeName>) -> String {
        var first: [EntityTypeName] = []
        for type in types {
            guard first.count <= listed || type.text < first[listed].text else { continue }
            first.insert(type, at: first.firstIndex { type.text < $0.text } ?? first.count)
            if first.count > listed + 1 { first.removeLast() }
        }
        return list(first, \.description)
    }

    /// The first names of a list.
    static func list<Names: Collection>(_ names: Names, _ text: (Names.Element) -> String) -> String {
        names.prefix(listed).map(text).joined(separator: ", ") + (names.count > listed ? " and others" : "")
    }
}
