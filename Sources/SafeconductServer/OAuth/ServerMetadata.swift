// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import StrictJSON

/// What this authorization server says of itself (RFC 8414 section 2).
///
/// Made of what the engine takes and of nothing else: a grant type or a method that comes to the engine stands in it, and one
/// that does not is not claimed. Scopes are left out: they are the names of the operations of APIs, which strangers learn from
/// nobody.
enum ServerMetadata {
    /// How enforcement points prove themselves: by their credential as a bearer token, or with their name by Basic.
    private static let pointMethods = ["Bearer", ClientMethod.clientSecretBasic.rawValue]

    /// Identity assertions of other issuers are taken by `jwt-bearer` (draft-ietf-oauth-identity-assertion-authz-grant).
    private static let identityAssertion = "urn:ietf:params:oauth:grant-profile:id-jag"

    /// The document of the server that is known as `issuer`, an URL without a final slash.
    static func document(_ issuer: String) -> JSONValue {
        let methods = ClientMethod.allCases.map(\.rawValue)
        let algorithms = list(Engine.clientAlgorithms)
        let rows: [(String, JSONValue)] = [
            ("issuer", .string(issuer)),
            // Not required where no grant needs it, and yet there are clients that read no document without it.
            ("authorization_endpoint", .string(issuer + OAuthPath.authorization)),
            ("token_endpoint", .string(issuer + OAuthPath.token)),
            ("token_endpoint_auth_methods_supported", list(methods)),
            ("token_endpoint_auth_signing_alg_values_supported", algorithms),
            ("introspection_endpoint", .string(issuer + OAuthPath.introspection)),
            ("introspection_endpoint_auth_methods_supported", list(pointMethods)),
            ("revocation_endpoint", .string(issuer + OAuthPath.revocation)),
            (
                "revocation_endpoint_auth_methods_supported",
                list(methods + pointMethods.filter { !methods.contains($0) })
            ),
            ("revocation_endpoint_auth_signing_alg_values_supported", algorithms),
            ("jwks_uri", .string(issuer + OAuthPath.keys)),
            ("grant_types_supported", list(GrantType.allCases.map(\.rawValue))),
            ("authorization_grant_profiles_supported", [.string(Self.identityAssertion)]),
            // Required by the standard: nobody is asked for a response of the authorization endpoint.
            ("response_types_supported", []),
            ("dpop_signing_alg_values_supported", algorithms),
        ]
        return .object(JSONObject(rows))
    }

    private static func list(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
}
