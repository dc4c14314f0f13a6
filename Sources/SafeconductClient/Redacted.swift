// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A secret that no log line, error or dump shows by accident.
public struct Redacted: Sendable, Equatable {
    /// The secret itself. Whoever reads it is answerable for where it goes.
    public let secret: String

    /// Wraps a secret.
    public init(_ secret: String) { self.secret = secret }
}

extension Redacted: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Never the secret.
    public var description: String { "[redacted]" }

    /// Never the secret.
    public var debugDescription: String { description }

    /// Without children: `dump` walks mirrors and would otherwise print the stored secret.
    public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
