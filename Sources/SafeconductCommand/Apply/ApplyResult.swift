// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// What became of one document.
struct ApplyResult: Sendable, Equatable {
    /// What was done, or would be.
    enum Change: String, Sendable {
        case created, changed, unchanged
    }

    let kind: ApplyKind
    let name: String
    let change: Change
    /// The revision of the object; nil when nothing was written.
    let revision: JSONValue?

    /// The result as a line.
    func line(dryRun: Bool) -> String {
        let verb =
            switch (change, dryRun) {
            case (.created, true): "would create"
            case (.changed, true): "would change"
            default: change.rawValue
            }
        return "\(kind.noun)/\(Printable.text(name)) \(verb)"
    }

    /// The result for scripts.
    var json: JSONValue {
        var object = JSONObject([
            ("kind", .string(kind.rawValue)), ("name", .string(name)), ("result", .string(change.rawValue)),
        ])
        if let revision { object["rev"] = revision }
        return .object(object)
    }

    /// The counts, in a sentence.
    static func summary(_ results: [ApplyResult], dryRun: Bool) -> String {
        let count = { (change: Change) in results.count { $0.change == change } }
        return (dryRun ? "Dry run, nothing was written: " : "")
            + "\(count(.created)) created, \(count(.changed)) changed, \(count(.unchanged)) unchanged"
    }
}
