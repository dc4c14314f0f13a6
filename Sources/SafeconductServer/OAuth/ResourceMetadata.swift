// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import StrictJSON
import TrustModel

/// What is said of a protected API to who wants to call it (RFC 9728 section 2).
///
/// An API is told of by its own host and base path, to whoever names both: a gateway in front of it sends
/// `/.well-known/oauth-protected-resource` here, under the host that was asked for. What is told is where tokens come from, and
/// nothing of what the API can do: `scopes_supported` would be the names of its operations, an inventory with the administrative
/// ones in it, and who asks has proved nothing. A call that lacks a scope is told which one by the challenge that refuses it.
enum ResourceMetadata {
    /// The document of the API under `host` and `path`; nil when there is none, or more than one.
    ///
    /// - Parameters:
    ///   - host: As the request names it.
    ///   - path: The base path, empty or beginning with a slash.
    static func document(host: String, path: String, _ engine: Engine) -> JSONValue? {
        guard let host = CallTarget.normalizedHost(host) else { return nil }
        let now = engine.now()
        let apis = engine.view.state.apis.sorted.filter { record in
            !record.retired && record.object.custody.expiresAt > now
                && sameBytes(record.object.basePath, path == "/" ? "" : path)
        }
        let exact = apis.filter { $0.object.hosts.contains { sameBytes($0, host) } }
        let found = exact.isEmpty ? apis.filter(\.object.hosts.isEmpty) : exact
        guard found.count == 1, let api = found.first?.object else { return nil }
        let issuer = engine.issuerURL
        let scheme = issuer.utf8.starts(with: "http:".utf8) ? "http" : "https"
        return [
            "resource": .string("\(scheme)://\(host)\(api.basePath)"),
            "authorization_servers": [.string(issuer)],
            "bearer_methods_supported": ["header"],
            "dpop_signing_alg_values_supported": .array(Engine.clientAlgorithms.map { .string($0) }),
        ]
    }
}
