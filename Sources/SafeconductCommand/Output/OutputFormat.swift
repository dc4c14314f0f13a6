// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// In which form data is printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// For people: aligned columns.
    case table
    /// What the server answered, indented.
    case json
    /// The same as YAML.
    case yaml
}
