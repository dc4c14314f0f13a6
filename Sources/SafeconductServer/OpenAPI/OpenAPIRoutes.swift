// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import StrictJSON

/// The description of all routes, for anybody: it tells what the source tells, and no secret.
enum OpenAPIRoutes {
    static let path = "/openapi.json"

    /// The routes given and one that describes them, itself included.
    static func describing(_ routes: [Route]) -> [Route] {
        let bytes = OpenAPIDocument(routes + [route([])]).json.serialized()
        return routes + [route(bytes)]
    }

    private static func route(_ bytes: [UInt8]) -> Route {
        Route(
            .GET,
            path,
            for: .public,
            document: RouteDocument(
                "getOpenAPI",
                "This description (OpenAPI 3.1).",
                answers: [.ok(.openAPIDocument)]
            )
        ) { _ throws(Problem) in
            Reply(contentType: "application/json", body: bytes, cacheControl: "no-cache")
        }
    }
}

extension Schema {
    fileprivate static let openAPIDocument = Schema.named(
        "OpenAPIDocument",
        .object([.required("openapi", .string()), .required("info", .map(of: .any))], isOpen: true)
    )
}
