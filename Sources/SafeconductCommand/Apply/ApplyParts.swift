// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import StrictJSON

/// Documents in parts that a server takes as one command each.
enum ApplyParts {
    /// The most bytes of objects in a part, unless it is one alone.
    static let maximumBytes = 2 << 20

    /// The parts, in the documents' order.
    static func of(_ documents: [ApplyDocument]) -> [[ApplyDocument]] {
        var parts: [[ApplyDocument]] = []
        var bytes = 0
        for document in documents {
            let size = document.object.map { $0.key.utf8.count + $0.value.serialized().count }.reduce(0, +)
            if let last = parts.last, last.count < ObjectPut.limit, bytes + size <= maximumBytes {
                parts[parts.count - 1].append(document)
                bytes += size
            } else {
                parts.append([document])
                bytes = size
            }
        }
        return parts
    }
}
