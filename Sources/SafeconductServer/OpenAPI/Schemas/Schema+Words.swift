// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
public import TrustModel

// The words that all objects are made of.
extension Schema {
    /// A permanent name.
    public static let name = Schema.named(
        "Name",
        .string(pattern: "^[a-z0-9][a-z0-9._-]{0,62}$").example("orders-worker")
            .described("A permanent name; never used again for another object of its kind.")
    )

    /// A term: a purpose, a boundary, a label.
    public static let term = Schema.named(
        "Term",
        .string(pattern: "^[a-z0-9][a-z0-9._/:-]{0,127}$").example("prod/eu").described("A word of the domain.")
    )

    /// A moment.
    public static let timestamp = Schema.named(
        "Timestamp",
        .string(
            pattern: "^(19[7-9][0-9]|[2-9][0-9]{3})-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?"
                + "([Zz]|[+-][0-9]{2}:[0-9]{2})$",
            format: "date-time"
        ).described("RFC 3339, the years 1970 to 9999; answers are in UTC with milliseconds.")
    )

    /// A revision of the control log.
    public static let revision = Schema.named(
        "Revision",
        .integer(0...Int64.max).described("The index of an entry in the control log.")
    )

    /// SHA-256 in hexadecimal digits.
    public static let fingerprint = Schema.named("Fingerprint", .string(pattern: "^[0-9a-f]{64}$"))

    /// A trust score's number or a sensitivity.
    public static let score = Schema.integer(0...1000)

    /// The id of an object of one kind.
    public static func id(_ kind: ObjectKind) -> Schema { .string(pattern: "^\(idPattern(kind))$") }

    /// The id of any object.
    public static let anyID = Schema.string(pattern: "^[a-z]{3}_\(digits)$")

    /// An id, or a name where the kind has names.
    public static func reference(to kind: ObjectKind) -> Schema {
        .string(pattern: "^([a-z0-9][a-z0-9._-]{0,62}|\(idPattern(kind)))$")
    }

    /// Free text, encrypted before it is stored.
    public static let freeText = Schema.string(length: 0...4096)

    /// A page of items.
    ///
    /// - Parameter name: The items' own name.
    public static func page(of name: String, _ item: Schema) -> Schema {
        .named(
            "\(name)Page",
            .object([
                .required("items", .array(of: item, count: 0...1000)),
                .optional(
                    "next_page_token",
                    .string(length: 1...4096).described("What `page_token` asks for the next page with.")
                ),
            ])
        )
    }

    private static let digits = "[0-7][0-9A-HJKMNP-TV-Z]{25}"

    private static func idPattern(_ kind: ObjectKind) -> String { "\(kind.rawValue)_\(digits)" }
}

extension Schema {
    /// A refusal (RFC 9457); problems of some kinds have further members.
    public static let problem = Schema.named(
        "Problem",
        .object(
            [
                .required("type", .string().described("The page that explains the code.")),
                .required("title", .string()),
                .required("status", .integer(400...599)),
                .required("detail", .string()),
                .required("instance", .string().described("The request's id.")),
                .required("code", .string(pattern: "^[a-z_]+$").described("Stable; for programs.")),
                .optional("errors", .array(of: fault)),
                .optional("remedy", .string().described("What would help.")),
            ],
            isOpen: true
        )
    )

    private static let fault = Schema.named(
        "Fault",
        .object([
            .required("pointer", .string().described("RFC 6901; the whole body when empty.")),
            .required("code", .string()), .required("detail", .string()),
        ])
    )
}
