// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import TrustModel
import WorkloadIdentity

extension Schema {
    /// A key set (RFC 7517 section 5).
    static let keySet = Schema.named(
        "KeySet",
        .object([.required("keys", .array(of: .map(of: .any)))])
    )

    private static let names = Schema.array(of: .string())
    private static let place = Schema.string(pattern: "^https?://")

    /// The metadata of an authorization server (RFC 8414 section 2).
    static let authorizationServer = Schema.named(
        "AuthorizationServer",
        .object([
            .required("issuer", place),
            .required("authorization_endpoint", place),
            .required("token_endpoint", place),
            .required("token_endpoint_auth_methods_supported", .array(of: .choice(ClientMethod.self))),
            .required("token_endpoint_auth_signing_alg_values_supported", names),
            .required("introspection_endpoint", place),
            .required("introspection_endpoint_auth_methods_supported", names),
            .required("revocation_endpoint", place),
            .required("revocation_endpoint_auth_methods_supported", names),
            .required("revocation_endpoint_auth_signing_alg_values_supported", names),
            .required("jwks_uri", place),
            .required("grant_types_supported", .array(of: .choice(GrantType.self))),
            .required("authorization_grant_profiles_supported", names),
            .required("response_types_supported", .array(of: .string(), count: 0...0)),
            .required("dpop_signing_alg_values_supported", names),
        ])
    )

    /// The metadata of a protected API (RFC 9728 section 2).
    static let protectedResource = Schema.named(
        "ProtectedResource",
        .object([
            .required("resource", place), .required("authorization_servers", .array(of: place)),
            .required("bearer_methods_supported", names), .required("dpop_signing_alg_values_supported", names),
        ])
    )

    /// A request for a token; further parameters are left alone (RFC 6749 section 3.2).
    static let tokenRequest = Schema.named(
        "TokenRequest",
        .object(
            [
                .required("grant_type", .choice(GrantType.self)),
                .optional("client_id", Schema.string().described("The identity's name or id.")),
                .optional("client_secret", Schema.string().described("Of an imported client (RFC 6749).")),
                .optional("client_assertion_type", .choice([ClientAssertion.type])),
                .optional("client_assertion", Schema.string().described("RFC 7523 section 2.2.")),
                .optional(
                    "audience",
                    Schema.string().described("The name or id of the one API that the token is for.")
                ),
                .optional("resource", Schema.string().described("A URL of that API (RFC 8707).")),
                .optional(
                    "scope",
                    Schema.string().described("Operations of that API by name, or read and write for all of that kind.")
                ),
            ],
            isOpen: true
        )
    )

    /// A token that was issued (RFC 6749 section 5.1).
    static let tokenAnswer = Schema.named(
        "TokenAnswer",
        .object([
            .required("access_token", .string()), .required("token_type", .choice(["Bearer", "DPoP", "N_A"])),
            .required("expires_in", .integer(0...IssuedToken.maximumSeconds)), .optional("scope", .string()),
            .optional("issued_token_type", .string()),
            .optional("authorization_details", .array(of: .map(of: .any))),
        ])
    )

    /// What is told of a token (RFC 7662 section 2.2); of one that does not count nothing but that.
    static let introspection = Schema.named(
        "Introspection",
        .object([
            .required("active", .boolean), .optional("scope", .string()), .optional("client_id", .id(.identity)),
            .optional("token_type", .choice(["Bearer", "DPoP"])), .optional("exp", .integer()),
            .optional("iat", .integer()), .optional("nbf", .integer()), .optional("sub", .id(.identity)),
            .optional("aud", .id(.api)), .optional("iss", place), .optional("jti", .id(.credential)),
            .optional("cnf", .map(of: .string())), .optional("act", .map(of: .any)),
            .optional("authorization_details", .array(of: .map(of: .any))),
        ])
    )

    /// A refusal of an OAuth endpoint (RFC 6749 section 5.2).
    static let oauthError = Schema.named(
        "OAuthError",
        .object([
            .required("error", .choice(OAuthError.self)), .required("error_description", .string()),
            .optional("decision_id", .id(.decision)),
        ])
    )
}

extension Parameter {
    static let dpopProof = optional(
        "DPoP",
        .string(length: 1...DPoPProof.maximumBytes),
        "A proof of the key that the token is to be bound to, with a nonce of this server (RFC 9449 section 5)."
    )
    static let dpopNonce = optional("DPoP-Nonce", .string(), "The nonce for the next proof (RFC 9449 section 8.2).")
}
