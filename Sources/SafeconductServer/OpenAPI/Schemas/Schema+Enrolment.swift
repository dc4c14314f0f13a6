// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import TrustModel

/// How operators get their keys, and the entries that commands leave.
extension Schema {
    static let enrolment = Schema.named(
        "Enrolment",
        .object([
            .required("operator", .id(.operator)), .required("operator_name", .name),
            .required("secret", .string().described("Shown this once.")), .required("expires_at", .timestamp),
        ])
    )

    static let enrolmentRedemption = Schema.named(
        "EnrolmentRedemption",
        .object([
            .required("secret", .string(length: 0...4096).described("What stands behind # in the link.")),
            .required("jwk", Schema.map(of: .any).described("The public key (RFC 7517): P-256 or Ed25519.")),
            .required(
                "proof",
                .string(length: 0...8192).described(
                    "A JWS by the key, typ safeconduct-enrolment+jwt, whose claim enrolment is the SHA-256 of the secret in hex."
                )
            ),
        ])
    )

    static let enrolled = Schema.named(
        "Enrolled",
        .object([
            .required("operator", .id(.operator)), .required("name", .name), .required("credential", .id(.credential)),
            .required("audience", .string().described("The aud of client assertions.")),
            .required("expires_at", .timestamp),
        ])
    )

    /// The decision that let a command in.
    static let commandAuthorization = Schema.object([
        .required("policies", .id(.policySet)), .required("determining", .array(of: .string())),
    ])

    static let storedEntry = Schema.named(
        "StoredEntry",
        .object([
            .required("v", .integer(1...1)), .required("kind", .string()), .required("at", .timestamp),
            .required("by", .anyID),
            .optional("auth", commandAuthorization),
            .optional("key", .any), .required("body", .any),
        ])
    )
}
