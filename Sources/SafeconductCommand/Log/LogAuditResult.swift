// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// What verifying one log came to.
struct LogAuditResult: Sendable, Equatable {
    /// The log.
    let origin: String
    /// The size of its checkpoint.
    let size: UInt64
    /// What is wrong; nil when the log holds.
    let fault: String?
    /// The size at which it was verified from here the last time.
    let previous: UInt64?
    /// Whether the bodies were compared, too, and the anchors in them.
    var bodies = false

    /// Whether the log holds.
    var holds: Bool { fault == nil }

    /// The result for people.
    var sentence: String {
        if let fault { return "DOES NOT HOLD: \(fault)" }
        let extent = bodies ? "holds, bodies and all" : "holds; its bodies were not shown"
        switch previous {
        case nil: return "\(extent); seen for the first time"
        case size?: return "\(extent); unchanged since the last time"
        case let previous?: return "\(extent); grew from \(previous)"
        }
    }

    /// The result for scripts.
    var json: JSONValue {
        var object = JSONObject([
            ("origin", .string(origin)), ("size", .integer(Int64(clamping: size))), ("holds", .bool(holds)),
        ])
        if fault == nil { object["bodies_checked"] = .bool(bodies) }
        if let fault { object["fault"] = .string(fault) }
        if let previous { object["previous_size"] = .integer(Int64(clamping: previous)) }
        return .object(object)
    }
}
