// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension Value: CustomStringConvertible {
    /// The value as Cedar text that a policy could contain; records and sets in a fixed order.
    public var description: String {
        switch self {
        case .bool(let value): value ? "true" : "false"
        case .long(let value): String(value)
        case .string(let value): value.quoted
        case .entity(let value): value.description
        case .set(let value): "[\(value.map(\.description).sorted().joined(separator: ", "))]"
        case .record(let value):
            "{\(value.map { "\($0.key.quoted): \($0.value)" }.joined(separator: ", "))}"
        case .decimal(let value): "decimal(\"\(value)\")"
        case .ip(let value): "ip(\"\(value)\")"
        case .datetime(let value): value.expression
        case .duration(let value): "duration(\"\(value)\")"
        }
    }
}
