// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Posture
import StrictJSON

/// What an import did, or would do.
struct ImportReport {
    let draft: ApiDraft
    let result: ApplyResult
    let isDry: Bool

    /// The report for scripts.
    var json: JSONValue {
        var object = JSONObject([
            ("api", .string(result.name)), ("result", .string(result.change.rawValue)),
            ("hosts", draft.object["hosts"] ?? .null), ("base_path", draft.object["base_path"] ?? .null),
            ("operations", .integer(Int64(draft.entries.count))),
        ])
        if let revision = result.revision { object["rev"] = revision }
        for access in [SecurityRequirement.Access.none, .optional] {
            let key = access == .none ? "unsecured" : "optional"
            object[key] = .array(entries(access).map { Self.item($0.operation, ("name", $0.name)) })
        }
        object["left_out"] = .array(draft.leftOut.map { Self.item($0.operation, ("reason", $0.reason)) })
        object["renamed_parameters"] = .array(
            draft.renamed.map { renamed in
                .object(
                    JSONObject([
                        ("name", .string(renamed.name)), ("method", .string(renamed.operation.method)),
                        ("path", .string(renamed.path)), ("document_path", .string(renamed.operation.path)),
                    ])
                )
            }
        )
        object["removed"] = .array(draft.removed.map { .string($0) })
        return .object(object)
    }

    /// The operations that the document lets anybody call.
    var table: Table {
        let rows = [SecurityRequirement.Access.none, .optional].flatMap { access in
            entries(access).map { [access.rawValue, $0.name, $0.operation.method, $0.operation.path] }
        }
        return Table(titles: ["AUTHENTICATION", "OPERATION", "METHOD", "PATH"], rows: rows)
    }

    /// The rest, in sentences.
    var talk: [String] {
        var lines = draft.leftOut.prefix(8).map {
            "left out: \($0.operation.method) \(Printable.text($0.operation.path)): \($0.reason)"
        }
        if draft.leftOut.count > 8 { lines.append("left out: and \(draft.leftOut.count - 8) more; -o json has all") }
        lines += draft.renamed.prefix(8).map {
            "kept: \($0.name) is \(Printable.text($0.path)), which the document calls "
                + "\(Printable.text($0.operation.path)): policies read its parameters by the registered names"
        }
        if draft.renamed.count > 8 { lines.append("kept: and \(draft.renamed.count - 8) more; -o json has all") }
        if !draft.removed.isEmpty {
            let names = draft.removed.prefix(8).joined(separator: ", ")
            lines.append("no longer in the document: \(names)" + (draft.removed.count > 8 ? ", ..." : ""))
        }
        let (open, optional) = (entries(.none).count, entries(.optional).count)
        lines.append(
            "\(result.line(dryRun: isDry)): \(draft.entries.count) operations, of which the document asks no "
                + "authentication for \(open), and optional for \(optional)"
        )
        if open + optional > 0 { lines.append("Registered operations need a verified identity, these too.") }
        return lines
    }

    private func entries(_ access: SecurityRequirement.Access) -> [ApiDraft.Entry] {
        draft.entries.filter { $0.operation.security.access == access }
    }

    private static func item(_ operation: DocumentedOperation, _ first: (String, String)) -> JSONValue {
        [
            first.0: .string(first.1), "method": .string(operation.method), "path": .string(operation.path),
        ]
    }
}
