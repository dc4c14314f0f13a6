// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TrustModel

@testable import Safeconduct

extension World {
    /// The id of a new task of an identity, which may show orders for an hour.
    func task(of identity: String = "worker") async throws -> ObjectID {
        let json =
            #"{"identity":"\#(identity)","purpose":"orders","expires_in":"1h","#
            + #""apis":[{"api":"orders","operations":["show"]}]}"#
        let revs = try Self.done(await engine.declareTask(try JSONValue(parsing: json), by: local))
        return try #require(engine.view.state.tasks.newest { revs.contains($0.created) }).object.id
    }
}
