// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE

extension Fingerprint {
    /// A key's thumbprint as tokens and scopes name it: 43 characters of base64url (RFC 7638 section 3).
    public var thumbprint: String { Base64URL.string(bytes) }

    /// Reads a thumbprint; nil for anything else.
    public init?(thumbprint text: String) {
        guard text.utf8.count == 43, let bytes = Base64URL.decode(text) else { return nil }
        self.init(bytes: bytes)
    }
}
