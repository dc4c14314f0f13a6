// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import TrustModel

/// What a policy set decides about.
enum PolicyRealm: String, Sendable, CaseIterable, ExpressibleByArgument {
    /// The calls that enforcement points ask about.
    case calls
    /// The commands that operators give.
    case commands

    /// As the log has it.
    var stored: TrustModel.PolicySet.Realm { self == .calls ? .calls : .commands }

    /// What names it in a path.
    var query: String { self == .calls ? "" : "?realm=\(rawValue)" }
}
