// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import WorkloadIdentity

extension Engine {
    /// Why no OAuth endpoint does anything now; nil when they do. Who was let go while this node stood still must not be let in
    /// by what it knew before.
    var refusalToServe: TokenRefusal? {
        if clock.jumped {
            return TokenRefusal(.temporarilyUnavailable, "this node's clock has jumped", reason: "clock_jumped")
        }
        guard fault == nil, isFresh() else {
            return TokenRefusal(
                .temporarilyUnavailable,
                "this node has not heard from the control log for too long",
                reason: "state_stale"
            )
        }
        guard !issuerURL.isEmpty else {
            return TokenRefusal(
                .temporarilyUnavailable,
                "this server does not know its own address",
                reason: "no_issuer"
            )
        }
        return nil
    }
}
