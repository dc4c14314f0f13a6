// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What a cut or a hold covers.
public struct RevocationScope: Sendable, Equatable {
    let kind: String
    let id: String?

    private init(_ kind: String, _ id: String?) {
        self.kind = kind
        self.id = id
    }

    /// One identity, by name or id.
    public static func identity(_ name: String) -> RevocationScope { RevocationScope("identity", name) }
    /// One credential and what was derived from it, by id.
    public static func credential(_ id: String) -> RevocationScope { RevocationScope("credential", id) }
    /// Everything that is bound to one key, by thumbprint (RFC 7638).
    public static func key(_ thumbprint: String) -> RevocationScope { RevocationScope("key", thumbprint) }
    /// Every token of one issuer, by name or id.
    public static func issuer(_ name: String) -> RevocationScope { RevocationScope("issuer", name) }
    /// Every issuer of one trust domain.
    public static func trustDomain(_ name: String) -> RevocationScope { RevocationScope("trust_domain", name) }
}
