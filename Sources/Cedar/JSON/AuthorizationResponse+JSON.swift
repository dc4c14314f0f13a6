// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

extension AuthorizationResponse {
    /// The answer as `{"decision", "reason", "errors"}`, ids sorted by their bytes.
    public var json: JSONValue {
        [
            "decision": .string(decision.rawValue),
            "reason": .array(reason.map { .string($0.string) }),
            "errors": .array(errors.map { .string($0.string) }),
        ]
    }
}
