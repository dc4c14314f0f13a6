// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import Logging

/// What the environment says.
struct Settings {
    /// Where Safeconduct is.
    let safeconduct: String
    /// The file with this service's own token.
    let tokenFile: String
    /// The certificates to trust; nil for the machine's.
    let caFile: String?
    /// Where to listen; 0 lets the system choose.
    let port: Int
    let logLevel: Logger.Level

    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    init(_ environment: Environment = Environment()) throws {
        guard let url = environment.get("SAFECONDUCT_URL"), let token = environment.get("SAFECONDUCT_TOKEN_FILE") else {
            throw Missing(description: "SAFECONDUCT_URL and SAFECONDUCT_TOKEN_FILE have to be set; see the README")
        }
        safeconduct = url
        tokenFile = token
        caFile = environment.get("SAFECONDUCT_CA_FILE")
        port = environment.get("PORT", as: Int.self) ?? 9403
        logLevel = environment.get("LOG_LEVEL").flatMap { Logger.Level(rawValue: $0) } ?? .info
    }
}
