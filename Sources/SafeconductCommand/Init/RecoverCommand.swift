// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Safeconduct
import TrustStore

/// `safeconduct recover`.
struct RecoverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover",
        abstract: "Make an owner of a control plane whose owners are gone. Needs its files; leaves its entries.",
        discussion: """
            Stop the server first. Whoever holds the data directory and the master key may do this, and nobody else; the
            control log says so for ever, with the node as the one who did it. A hold on the operator is lifted; keys from
            before a cut stay dead.

            Example:
              safeconduct recover --config /etc/safeconduct/safeconduct.yaml --owner alice --link-file alice.link
            """
    )

    @Option(help: "The server's configuration file.")
    var config: String?

    @Option(help: "The data directory, if not the configuration's.")
    var data: String?

    @Option(name: .customLong("master-key"), help: "The master key's file, if not the configuration's.")
    var masterKey: String?

    @Option(help: "The operator to make an owner: one who is registered, or a new one.")
    var owner: String

    @Option(help: "The trust boundary of a new one.")
    var boundary = "operations"

    @Option(name: .customLong("link-file"), help: "A new file for the link, readable by you alone; else a terminal.")
    var linkFile: String?

    @Option(name: .customLong("link-url"), help: "The server's URL, if not the configuration's.")
    var url: String?

    @Flag(
        name: .customLong("reset-command-policies"),
        help: "Activate the shipped policies of commands again, where those that are active let nobody in."
    )
    var resetsPolicies = false

    func validate() throws {
        guard config != nil || data != nil else { throw ValidationError("give --config or --data") }
    }

    func run() async throws {
        var layer = SettingsLayer()
        layer.data = data.map(ProductionFiles.absolute)
        layer.masterKey = masterKey
        // What 'serve' would run with, heard in the same order: recovery is of that control plane and no other.
        var layers = [layer, try SettingsLayer(environment: ProcessInfo.processInfo.environment)]
        if let config { layers.append(try SettingsLayer(file: config)) }
        let settings = try ServerSettings(layers, data: DataPath.named(layers, config ?? "--data"))
        try DataPath.requireControlPlane(settings.data)
        guard InputFile.exists(settings.masterKey) else {
            throw CommandFailure(
                .error,
                "\(settings.masterKey): the master key is not there",
                hints: ["See --master-key."]
            )
        }
        let target = try url.map { text throws(CommandFailure) in try ServerURL(text).text }
        try EnrolmentLink.prepare(linkFile)
        do {
            let secret = try await recover(settings)
            try EnrolmentLink(url: target ?? settings.publicURL ?? settings.url, secret: secret.secret)
                .handOver(to: linkFile)
            let place = linkFile.map { " in \(Printable.text($0))" } ?? ""
            Console.talk(
                "\(Printable.text(owner)) is an owner. The link\(place) counts once, until \(secret.expiresAt)."
            )
        } catch {
            if let linkFile { unlink(linkFile) }
            throw ServerFailure.describe(error, settings)
        }
    }

    private func recover(_ settings: ServerSettings) async throws -> EnrolmentSecret {
        let lock = try DataLock(alone: settings.data)
        defer { lock.release() }
        let store = try SQLiteStore(directory: settings.data)
        defer { store.close() }
        let engine = try await Engine.open(
            store: store,
            master: try MasterKey(existing: settings.masterKey),
            configuration: try settings.engine()
        )
        // Before anybody is made an owner: what nodes carried out of a lost log may retire them.
        try await engine.takeUpCarried(settings.data)
        return try await engine.provideOwner(named: owner, boundary: boundary, resettingPolicies: resetsPolicies)
    }
}
