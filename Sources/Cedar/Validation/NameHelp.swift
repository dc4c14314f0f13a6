// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// What to say of a name that does not exist.
enum NameHelp {
    // A help must not cost more than the check: in longer lists nobody's slip of the pen is looked for.
    private static let searched = 2000
    private static let listed = 8

    /// The known name that somebody probably meant, as a question; nil when none resembles it.
    ///
    /// Among equally near ones the first by name, so that the answer does not depend on a hash.
    static func nearest(to name: String, among known: some Collection<String>) -> String? {
        guard known.count <= searched else { return nil }
        return nearestName(to: name, among: known.map { Text($0) }.sorted().map(\.string))
    }

    /// The first names of a list.
    static func list(_ names: [String]) -> String {
        names.prefix(listed).joined(separator: ", ") + (names.count > listed ? " and others" : "")
    }
}
