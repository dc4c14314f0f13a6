// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import TrustModel

/// Documents in groups that can be applied at once: nothing refers to what stands in its own group or a later one.
enum ApplyWaves {
    /// The groups of documents that stand in the order of their kinds.
    ///
    /// Only operators refer to their own kind, by owner. Those that own each other in a circle come last, one by one, so
    /// that the server says what is wrong with them.
    static func of(_ documents: [ApplyDocument]) -> [[ApplyDocument]] {
        var waves = operators(documents.filter { $0.kind == .operator })
        for kind in ApplyKind.allCases where kind != .operator {
            let wave = documents.filter { $0.kind == kind }
            if !wave.isEmpty { waves.append(wave) }
        }
        return waves
    }

    private static func operators(_ documents: [ApplyDocument]) -> [[ApplyDocument]] {
        var waves: [[ApplyDocument]] = []
        var rest = documents
        while !rest.isEmpty {
            let waiting = Set(rest.map(\.name))
            let ready = rest.filter { document in
                guard let owner = document.object["owner"]?.stringValue, owner != document.name else { return true }
                return !waiting.contains(owner)
            }
            guard !ready.isEmpty else { return waves + rest.map { [$0] } }
            waves.append(ready)
            let names = Set(ready.map(\.name))
            rest.removeAll { names.contains($0.name) }
        }
        return waves
    }
}
