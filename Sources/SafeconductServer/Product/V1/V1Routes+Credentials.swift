// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import Safeconduct
import StrictJSON
import TrustModel

extension V1Routes {
    /// How identities get the keys, and old clients the secrets, by which they prove themselves.
    var registerCredential: Route {
        Route(
            .POST,
            "/v1/credentials",
            for: .operator,
            body: .json(maximumBytes: 16 << 10),
            on: .pool,
            document: RouteDocument(
                "registerCredential",
                "Registers an identity's public key, or the secret of an imported client; the same again changes nothing.",
                request: .json(.credentialInput),
                answers: [.created(.credential), .ok(.credential)],
                problems: [.conflict, .refused]
            )
        ) { call throws(Problem) in
            let value = try call.json()
            let outcome = await engine.registerCredential(value, by: try engine.operatorID(call.caller))
            let revs = try Self.done(outcome).revs
            return try await answer(outcome, \.credentials) { state in
                if !revs.isEmpty { return state.credentials.newest { revs.contains($0.created) }?.object.id }
                return engine.credential(registeredBy: value, in: state)
            }
        }
    }
}
