// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// A parameter of a route, in its path, its query or its header section, and what a document says about it.
public struct Parameter: Sendable {
    /// Its name as sent.
    public let name: String
    /// What values it takes.
    public let schema: Schema
    /// What it does, in a sentence.
    public let summary: String
    /// Whether the route refuses a request without it.
    public let isRequired: Bool

    /// A parameter that a request may leave out.
    public static func optional(_ name: String, _ schema: Schema, _ summary: String) -> Parameter {
        Parameter(name: name, schema: schema, summary: summary, isRequired: false)
    }

    /// A parameter that every request has.
    public static func required(_ name: String, _ schema: Schema, _ summary: String) -> Parameter {
        Parameter(name: name, schema: schema, summary: summary, isRequired: true)
    }
}

extension Parameter {
    /// What `{name}`, `{id}` and `{log}` mean wherever they stand in a path; other parameters are told by their route.
    static let usualPathParameters: [String: Parameter] = [
        "name": .required("name", .name, "The permanent name."),
        "id": .required("id", .string(length: 1...128), "The id, or the name where the kind has names."),
        "log": .required("log", .string(length: 1...64), "The name of a log, such as `control`."),
    ]

    /// The rest of a path that ends with `/*`. OpenAPI knows no such parameter: `/` in it is sent as it is.
    static let rest = required("rest", .string(), "The rest of the path, slashes included.")
        .allowingSlashes

    /// The query parameters of a list.
    public static let paging: [Parameter] = [
        .optional("page_size", .integer(1...1000).defaulting(to: 100), "How many items the page has at most."),
        .optional("page_token", .string(length: 1...4096), "What the page before gave as `next_page_token`."),
    ]

    static let atLeastRevision = optional(
        "At-Least-Revision",
        .string(pattern: "^[0-9]{1,19}$"),
        "Answer from this revision or a newer one; waits up to two seconds for it."
    )
    static let idempotencyKey = optional(
        "Idempotency-Key",
        .string(pattern: "^([!#-\\[\\]-~]{1,255}|\"[!#-\\[\\]-~]{1,255}\")$"),
        "Sent again with the same key within a day, the command is not carried out again."
    )
    static let ifMatch = optional(
        "If-Match",
        tags,
        "Change it only if it still has one of these versions; `*`: only if it exists."
    )
    static let ifNoneMatch = optional(
        "If-None-Match",
        tags,
        "`GET`: 304 if it still has this version. `PUT` with `*`: only if it does not exist."
    )
    private static let tags = Schema.string(
        pattern: "^(\\*|(W/)?\"[!#-~]{0,128}\"(, ?(W/)?\"[!#-~]{0,128}\"){0,15})$"
    )

    // Headers of answers.
    static let revision = required(
        "X-Trust-Revision",
        .string(pattern: "^[0-9]{1,20}$"),
        "The revision of the control log that the answer is from, or a newer one."
    )
    static let tag = optional("ETag", .string(pattern: "^\"[!#-~]{1,128}\"$"), "The version shown.")
    static let link = optional("Link", .string(), "Where the next page is (`rel=next`).")

    private var allowingSlashes: Parameter {
        Parameter(name: name, schema: schema.with("x-slashes", true), summary: summary, isRequired: isRequired)
    }
}
