// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel

extension Engine {
    /// Keeps what a refusal says about the landscape: somebody calls what is protected and shows nothing.
    func note(_ refusal: SubjectRefusal, of asked: OpenQuestion) {
        guard refusal.code == "token_missing", let operation = asked.resource.operation else { return }
        unidentified.count(
            api: asked.resource.api.object.id,
            operation: operation.name,
            point: asked.hearing.point.id,
            at: asked.hearing.now
        )
    }
}
