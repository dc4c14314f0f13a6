// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import Safeconduct
import SafeconductServer
import ServiceLifecycle
import TrustModel
import TrustStore

/// The whole product, from the first start of a data directory to the stop.
struct ProductRun: Sendable {
    let settings: ServerSettings
    /// Whether a person started it on their own machine: a control plane is then begun where there is none, and the
    /// person told what to do next.
    let isDevelopment: Bool

    /// The local operator's token; only `dev` has one.
    private var tokenFile: String? { isDevelopment ? "\(settings.data)/operator.token" : nil }

    /// Runs until told to stop.
    func run() async throws {
        let logger = ServerLog.make(settings.logLevel, settings.logFormat)
        do {
            let lock = try DataLock(directory: settings.data, node: settings.node)
            // What the first start makes is made by one node: the log, the local operator's token, the certificate.
            let (store, engine, listener) = try await StartLock.holding(directory: settings.data) {
                let store = try SQLiteStore(directory: settings.data)
                let path = settings.masterKey
                let master = isDevelopment ? try MasterKey(file: path) : try MasterKey(existing: path)
                let engine = try await Engine.open(
                    store: store,
                    master: master,
                    configuration: settings.engine(hasLocalOperator: isDevelopment, mayBegin: isDevelopment)
                )
                await engine.keepReserve()
                try await engine.takeUpCarried(settings.data)
                if let tokenFile { try await engine.provideLocalOperator(tokenFile: tokenFile) }
                return (store, engine, try Listener(settings))
            }
            if engine.view.state.ableOwners(at: engine.now()).count == 0 {
                Console.talk(
                    "warning: no owner holds a key that counts; redeem a link with 'safeconduct operator enroll', or stop "
                        + "this server and make one with 'safeconduct recover'"
                )
            }
            try await serve(engine, listener, logger)
            // Whatever was decided since the last minute is anchored before the directory is let go of.
            await engine.flushRefusals()
            await engine.anchorEvidence()
            store.close()
            lock.release()
        } catch {
            throw ServerFailure.describe(error, settings)
        }
    }

    private func serve(_ engine: Engine, _ listener: Listener, _ logger: Logger) async throws {
        let announcement = Announcement(
            files: [Connection.file(in: settings.data, node: settings.node)] + [settings.readyFile].compactMap { $0 }
        )
        defer { announcement.withdraw() }
        // Whoever fetches the published keys keeps them: the first one is there before anybody can.
        await engine.rotateTokenKeys()
        let service = try ProductServer.service(
            engine,
            publicLog: settings.publicLog,
            publicURL: settings.publicURL ?? "",
            version: ProductVersion.text,
            exporting: settings.otlp,
            listener.configuration,
            logger: logger
        ) { url in
            announcement.announce(listener.connection(url.value, tokenFile: tokenFile), greet)
        }
        let anchoring = EvidenceAnchoring {
            await engine.flushRefusals()
            await engine.anchorEvidence()
            await engine.rotateTokenKeys()
        }
        let recovery = SpaceRecovery {
            await engine.recoverSpace()
            await engine.watchContinuity(settings.data)
        }
        let following = LogFollowing(engine: engine, logger: logger)
        let outcomes = OutcomeWatch(window: engine.configuration.outcomeWindow) { await engine.settleOutcomes() }
        try await service.runUntilSignalled(
            with: [following, anchoring, recovery, outcomes, LeaseKeeping(engine: engine)] + listener.services(logger)
        )
        try announcement.check()
    }

    private func greet(_ connection: Connection) {
        Console.talk("Safeconduct runs at \(connection.url)")
        Console.talk("  data       \(settings.data)" + (settings.node == 1 ? "" : " (node \(settings.node))"))
        if let tokenFile {
            Console.talk("  your token \(tokenFile) (readable by you alone; the command line finds it)")
        }
        if let ca = connection.caFile { Console.talk("  trust      \(ca)") }
        guard isDevelopment else { return }
        let data =
            settings.data == DataPath.standard(ProcessInfo.processInfo.environment) ? "" : " --data \(settings.data)"
        Console.talk("Next, in another terminal:")
        Console.talk("  safeconduct apply -f examples/quickstart/safeconduct.yaml\(data)")
        Console.talk("  safeconduct identity list\(data)")
        Console.talk("  safeconduct decision list\(data)")
        Console.talk("Ctrl-C stops it.")
    }
}
