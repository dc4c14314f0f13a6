// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

extension HTTPCall {
    /// Refuses query parameters that the route's document does not name, and those that stand twice: a misspelt filter
    /// must not list everything, and nobody should have to guess which of two counts.
    func allowQuery(_ known: [Parameter]) throws(Problem) {
        guard let query, !query.isEmpty else { return }
        var seen: Set<String> = []
        for pair in query.split(separator: "&") {
            let name = String(pair.prefix { $0 != "=" })
            guard known.contains(where: { $0.name == name }) else {
                let near = nearestName(to: name, among: known.map(\.name)).map { "; did you mean '\($0)'?" } ?? ""
                throw Problem(.invalidRequest, "the route takes no such query parameter\(near)")
            }
            guard seen.insert(name).inserted else {
                throw Problem(.invalidRequest, "the query parameter '\(name)' stands twice")
            }
        }
    }
}
