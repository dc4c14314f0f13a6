// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// One annotation of a policy, `@remedy("approve:finance")`. Cedar gives it no meaning; the reader does.
public struct Annotation: Sendable, Hashable {
    /// The name behind the `@`; any identifier, reserved words included.
    public let key: Text
    /// The value; empty when none was written.
    public let value: Text
    /// Whether it was written without a value, `@alert`; the JSON form tells this from `@alert("")`.
    public let isBare: Bool

    /// The annotation `key` with `value`, or with none.
    public init(key: Text, value: Text? = nil) {
        self.key = key
        self.value = value ?? ""
        isBare = value == nil
    }

    /// Whether key and value are the same; whether an empty value was written or left out makes no difference.
    public static func == (left: Annotation, right: Annotation) -> Bool {
        left.key == right.key && left.value == right.value
    }

    /// Feeds key and value.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(key)
        hasher.combine(value)
    }
}
