// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import TrustModel

/// The revisions of the engine's control log.
struct EngineRevisions: RevisionSource {
    let engine: Engine

    var revision: UInt64 { engine.view.state.rev ?? 0 }

    func reaches(_ revision: UInt64, within time: Duration) async -> Bool {
        await engine.growth(beyond: revision, atMost: time) > revision
    }
}
