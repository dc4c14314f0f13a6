// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Posture
import StrictJSON

/// What a scan tells about a document.
struct ScanReport {
    let document: ApiDocument

    /// The counts, in the order of their promise.
    var summary: JSONObject {
        let summary = document.summary
        return JSONObject([
            ("operations", .integer(Int64(summary.operations))), ("unsecured", .integer(Int64(summary.unsecured))),
            ("optional", .integer(Int64(summary.optional))), ("deprecated", .integer(Int64(summary.deprecated))),
            ("schemes", .array(summary.schemes.map { .string($0) })),
        ])
    }

    /// The counts, the operations that can be called without proof, and the remarks.
    var full: JSONValue {
        var object = JSONObject([("title", .string(document.title)), ("version", .string(document.version))])
        for member in summary { object[member.key] = member.value }
        object["servers"] = .array(document.servers.map { .string($0.url) })
        object["open"] = .array(
            open.map { operation in
                var item = JSONObject([
                    ("access", .string(operation.security.access.rawValue)), ("method", .string(operation.method)),
                    ("path", .string(operation.path)), ("deprecated", .bool(operation.isDeprecated)),
                ])
                if let id = operation.operationID { item["operation_id"] = .string(id) }
                return .object(item)
            }
        )
        object["remarks"] = .array(
            document.remarks.map { ["place": .string($0.place), "message": .string($0.message)] }
        )
        return .object(object)
    }

    /// The operations that can be called without proof, those that ask for none first.
    var open: [DocumentedOperation] {
        document.operations.filter { $0.security.access == .none }
            + document.operations.filter { $0.security.access == .optional }
    }

    /// The same for people.
    var table: Table {
        Table(
            titles: ["AUTHENTICATION", "METHOD", "PATH", "OPERATION"],
            rows: open.map { [$0.security.access.rawValue, $0.method, $0.path, $0.operationID ?? ""] },
            empty: document.operations.isEmpty
                ? "the document has no operations" : "every operation requires authentication"
        )
    }

    /// The counts in a sentence.
    var sentence: String {
        let summary = document.summary
        let schemes = summary.schemes.isEmpty ? "none" : Printable.text(summary.schemes.joined(separator: ", "))
        let plain = document.servers.count { $0.isPlain }
        return
            "\(summary.operations) operations: \(summary.unsecured) without authentication, \(summary.optional) with "
            + "optional, \(summary.deprecated) deprecated; schemes: \(schemes)"
            + (plain == 0 ? "" : "; \(plain) of \(document.servers.count) servers in clear")
    }
}
