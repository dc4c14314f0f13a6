// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar

/// The error that reading and resolving `text` gives.
func schemaError(_ text: String, limits: SchemaLimits = .standard) -> SchemaError? {
    do throws(SchemaError) {
        _ = try Schema(parsing: text, limits: limits)
        return nil
    } catch {
        return error
    }
}
