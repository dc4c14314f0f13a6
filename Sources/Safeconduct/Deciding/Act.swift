// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What is decided of an identity and an operation.
enum Act: String, Sendable {
    /// Whether this call may happen: the Cedar action is what the operation does, `read` or `write`.
    case call
    /// Whether a credential for such calls may be issued. No call exists yet, so policies see no request but its method;
    /// each call with the credential is decided again.
    case issue
}
