// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Safeconduct
public import StrictJSON
import TrustStore

extension ProductServer {
    /// The description of the product's routes (OpenAPI 3.1), as `GET /openapi.json` of a running server gives it.
    ///
    /// - Parameter publicLog: Whether anybody may read the logs, which is the one setting that routes depend on.
    public static func description(publicLog: Bool) async throws -> JSONValue {
        // Routes hold their engine. This one has an empty log of its own, which is gone again before anybody can ask it.
        let directory = NSTemporaryDirectory() + "safeconduct-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: directory,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let engine = try await Engine.open(
            store: try SQLiteStore(directory: directory),
            master: try MasterKey(file: directory + "/master.key"),
            configuration: EngineConfiguration()
        )
        let routes = routes(engine, publicLog: publicLog, at: PublicURL(), Readiness(), MetricRegistry())
        return OpenAPIDocument(try RouteTable(routes).routes).json
    }
}
