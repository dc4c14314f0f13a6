// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The version of this build.
enum ProductVersion {
    /// Semantic version 2.0.0.
    static let text = "0.1.0"
}
