// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// One annotation of a policy, `@remedy("approve:finance")`. Cedar gives it no meaning; the reader does.
public struct Annotation: Sendable, Hashable {
    /// The name behind the `@`; any identifier, reserved words included.
    public let key: Text
    /// The value; empty when none was written.
    public let value: Text

    /// The annotation `key` with `value`.
    public init(key: Text, value: Text = "") {
        self.key = key
        self.value = value
    }
}
