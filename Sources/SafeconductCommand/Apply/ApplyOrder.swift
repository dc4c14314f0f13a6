// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// Documents so that nothing refers to what stands after it.
enum ApplyOrder {
    /// The order of documents that stand in that of their kinds already.
    ///
    /// Only operators refer to their own kind, by owner. Those that own each other in a circle come last, so that the
    /// server says what is wrong with them.
    static func of(_ documents: [ApplyDocument]) -> [ApplyDocument] {
        let operators = documents.filter { $0.kind == .operator }
        let names = Set(operators.map(\.name))
        var owned: [String: [Int]] = [:]
        var order: [Int] = []
        for (index, document) in operators.enumerated() {
            if let owner = document.object["owner"]?.stringValue, owner != document.name, names.contains(owner) {
                owned[owner, default: []].append(index)
            } else {
                order.append(index)
            }
        }
        // Each is looked at once, however long the chain: a file may hold very many.
        var next = 0
        while next < order.count {
            order += owned[operators[order[next]].name] ?? []
            next += 1
        }
        let placed = Set(order)
        order += operators.indices.filter { !placed.contains($0) }
        return order.map { operators[$0] } + documents.filter { $0.kind != .operator }
    }
}
