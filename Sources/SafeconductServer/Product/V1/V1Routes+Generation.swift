// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import Safeconduct
import StrictJSON
import TrustModel

extension V1Routes {
    /// What an operator does after a restore.
    var generationRoutes: [Route] {
        [
            Route(
                .POST,
                "/v1/generation/confirm",
                for: .operator,
                body: .json(),
                on: .pool,
                document: RouteDocument(
                    "confirmGeneration",
                    "Confirms a restored log: elevated operations are decided again.",
                    request: .json(.generationInput),
                    answers: [.ok(.generation)]
                )
            ) { call throws(Problem) in
                let value = try call.json()
                let generation: Int64
                do throws(ShapeError) {
                    var reader = try ObjectReader(value)
                    generation = try reader.integer("generation")
                    try reader.finish()
                } catch {
                    throw Problem(error)
                }
                let outcome = await engine.confirmGeneration(generation, by: try engine.operatorID(call.caller))
                let state = try Self.done(outcome).view.state
                var writer = JSONWriter()
                writer.beginObject()
                writer.key("generation")
                writer.integer(state.generation)
                writer.key("confirmed")
                writer.bool(!state.isUnconfirmed)
                writer.endObject()
                return answer(writer, rev: state.rev)
            }
        ]
    }
}
