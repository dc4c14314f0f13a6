// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Why the server has no certificate to serve with.
public struct TLSFailure: Error, Sendable, CustomStringConvertible {
    /// A sentence for people; it names files, never their contents.
    public let description: String

    init(_ description: String) { self.description = description }
}
