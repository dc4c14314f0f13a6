// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import Logging
import SafeconductClient

/// The API itself. It knows nothing of tokens: who gets here is permitted to.
struct Orders: Sendable {
    private struct Order: ResponseCodable {
        let id: Int
        let item: String
        let cents: Int
    }

    private static let all = [
        Order(id: 7, item: "tea", cents: 900), Order(id: 8, item: "cups", cents: 4200),
    ]

    /// Adds the routes to a group that the middleware stands before.
    func routes(_ group: RouterGroup<BasicEnforcedRequestContext>) {
        group.get("orders") { _, context in
            // Only the handler knows how many rows it gave out; the rest of the report is made by the middleware.
            context.enforced?.note { $0.rows = Int64(Self.all.count) }
            return Self.all
        }
        group.get("orders/{id}") { _, context -> Order in
            let id = try context.parameters.require("id", as: Int.self)
            guard let order = Self.all.first(where: { $0.id == id }) else { throw HTTPError(.notFound) }
            context.enforced?.note { $0.rows = 1 }
            return order
        }
        group.post("orders/{id}/refund") { request, context -> String in
            let amount = request.uri.queryParameters.get("amount", as: Int64.self) ?? 0
            context.enforced?.note { $0.amount = amount }
            context.logger.info("refunded")
            return "refunded \(amount)\n"
        }
    }
}
