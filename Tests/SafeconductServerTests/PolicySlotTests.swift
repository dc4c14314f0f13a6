// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import Safeconduct
import StrictJSON
import Testing
import TrustModel

@testable import SafeconductServer

/// Megabytes of policies are parsed and tested a few sets at a time.
@Suite struct PolicySlotTests {
    private static let activations: [(HTTPMethod, String)] = [
        (.PUT, "/v1/policies/active"), (.POST, "/v1/policies/{id}/enforce"), (.POST, "/v1/policies/{id}/shadow"),
        (.POST, "/v1/policies/rollback"),
    ]
    private static let reviews: [(HTTPMethod, String)] = [(.POST, "/v1/policies/review"), (.POST, "/v1/policies")]

    @Test func onlySoManyAreTestedAtOnceAndReviewsStopNoActivation() async throws {
        try await ProductWorld.run { world async throws in
            let routes = V1Routes(engine: world.engine)
            let local = try #require(world.engine.view.state.find("local", kind: .operator))
            func code(_ method: HTTPMethod, _ path: String) async throws -> ProblemCode? {
                let route = try #require(routes.routes.first { $0.method == method && $0.template.description == path })
                let call = HTTPCall(
                    method: method,
                    path: path,
                    body: ProductWorld.policies.serialized(),
                    requestID: "r",
                    caller: Caller(audience: .operator, id: local.description, name: "local"),
                    parameters: path.contains("{id}") ? ["pol_00000000000000000000000000"] : []
                )
                do { _ = try await route.handler(call) } catch { return error.code }
                return nil
            }
            func codes(_ rows: [(HTTPMethod, String)]) async throws -> [ProblemCode?] {
                var codes: [ProblemCode?] = []
                for (method, path) in rows { codes.append(try await code(method, path)) }
                return codes
            }
            func all(_ slots: WorkSlots, _ rows: [(HTTPMethod, String)]) async throws -> [ProblemCode?] {
                try await Self.holding(slots) { try await codes(rows) }
            }
            let full = try await all(routes.reviews, Self.reviews)
            #expect(full == [.tooManyRequests, .tooManyRequests])
            let meanwhile = try await all(routes.reviews, Self.activations)
            #expect(!meanwhile.contains(.tooManyRequests), "\(meanwhile)")
            let stopped = try await all(routes.activations, Self.activations)
            #expect(stopped == Self.activations.map { _ in .tooManyRequests })
            #expect(try await codes(Self.reviews) == [nil, nil])
        }
    }

    /// Runs `body` while both slots are taken.
    private static func holding<Value: Sendable>(
        _ slots: WorkSlots,
        _ body: () async throws -> Value
    ) async throws -> Value {
        let result = try await slots.run { () throws(Problem) -> Result<Value, any Error> in
            try await slots.run { () throws(Problem) -> Result<Value, any Error> in
                do { return .success(try await body()) } catch { return .failure(error) }
            }
        }
        return try result.get()
    }
}
