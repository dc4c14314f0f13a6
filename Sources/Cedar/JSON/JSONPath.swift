// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Where a reader stands in a JSON text, as a list from the inside out; written as a pointer only for an error.
struct JSONPath: Sendable {
    private indirect enum Step: Sendable {
        case root
        case member(String, of: Step)
        case element(Int, of: Step)
    }

    private let step: Step

    /// How many steps it is from the root.
    let depth: Int

    /// The whole text.
    static let root = JSONPath(step: .root, depth: 0)

    /// The member `name` of the object here.
    func member(_ name: String) -> JSONPath { JSONPath(step: .member(name, of: step), depth: depth + 1) }

    /// The element `index` of the array here.
    func element(_ index: Int) -> JSONPath { JSONPath(step: .element(index, of: step), depth: depth + 1) }

    /// The JSON pointer (RFC 6901).
    var pointer: String {
        var parts: [String] = []
        var step = step
        while true {
            switch step {
            case .root: return parts.reversed().joined()
            case .member(let name, let outer):
                var escaped = "/"
                for scalar in name.unicodeScalars {
                    switch scalar {
                    case "~": escaped += "~0"
                    case "/": escaped += "~1"
                    default: escaped.unicodeScalars.append(scalar)
                    }
                }
                parts.append(escaped)
                step = outer
            case .element(let index, let outer):
                parts.append("/\(index)")
                step = outer
            }
        }
    }

    /// An error here.
    func error(_ code: EntityFormatError.Code, _ message: String) -> EntityFormatError {
        EntityFormatError(code, message, pointer)
    }
}
