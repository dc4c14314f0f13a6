// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What a holder is given once and nobody keeps: it can't be printed by mistake.
public struct LeaseSecret: Sendable, CustomStringConvertible, CustomReflectable {
    /// The name to log in with.
    public let user: String
    /// The password.
    public let password: String

    /// The name alone.
    public var description: String { "\(user):(a secret)" }

    /// Shows the name alone, to debuggers and dumps.
    public var customMirror: Mirror { Mirror(self, children: ["user": user]) }

    init(user: String, password: String) {
        self.user = user
        self.password = password
    }
}
