// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A way to authenticate that a document defines.
public struct SecurityScheme: Sendable, Equatable {
    /// Its name in the document.
    public let name: String
    /// `http:basic`, `http:bearer`, `apiKey:header`, `apiKey:query`, `apiKey:cookie`, `oauth2`, `openIdConnect`,
    /// `mutualTLS`, or `basic` in version 2.0: the type, and what tells its kinds apart, as the document spells them.
    public let kind: String
}
