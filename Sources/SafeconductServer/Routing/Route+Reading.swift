// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1

extension Route {
    /// Whether the route reads and changes nothing: an operator needs leave to read its collection.
    ///
    /// What changes something is decided where it is carried out, under the head of the log.
    var isReading: Bool { [.operator, .identity].contains(audience) && (method == .GET || changesNothing) }

    /// The noun of the API that the route reads: what stands behind `/v1/`, else the first part of the path.
    var collection: String {
        let literals = template.segments.prefix(2).map { segment in
            if case .literal(let text) = segment { text } else { "" }
        }
        return literals.first == "v1" ? literals.last ?? "" : literals.first ?? ""
    }
}
