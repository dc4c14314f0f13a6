// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import SafeconductServer

/// The stand-alone decision point over plain Cedar files, from start to stop.
struct PlainRun: Sendable {
    let settings: ServerSettings
    let policies: String
    let entities: String?
    let token: String?

    /// Runs until told to stop.
    func run() async throws {
        let logger = ServerLog.make(settings.logLevel, settings.logFormat)
        let listener = try Listener(settings)
        let announcement = Announcement(files: [settings.readyFile].compactMap { $0 })
        defer { announcement.withdraw() }
        do {
            let service = try PlainCedarServer.service(
                policies: policies,
                entities: entities,
                token: token,
                listener.configuration,
                logger: logger
            ) { url in
                announcement.announce(listener.connection(url.value, tokenFile: nil)) { connection in
                    Console.talk("Safeconduct answers AuthZEN questions by \(policies) at \(connection.url)")
                    if let ca = connection.caFile { Console.talk("  trust its certificate by \(ca)") }
                    Console.talk("  \(token == nil ? "anybody may ask" : "callers present the token given")")
                    Console.talk("Ctrl-C stops it.")
                }
            }
            try await service.runUntilSignalled(with: listener.services(logger))
        } catch {
            throw ServerFailure.describe(error, settings)
        }
        try announcement.check()
    }
}
