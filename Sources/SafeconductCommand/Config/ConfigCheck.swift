// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import SafeconductServer
import StrictJSON

/// `safeconduct config check`.
struct ConfigCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say what is wrong with a configuration file, without starting a server.",
        discussion: """
            Checks the file, the SAFECONDUCT_ variables that would go with it, and the certificates that it names.

            Example: safeconduct config check /etc/safeconduct/safeconduct.yaml
            """
    )

    @Flag(name: [.short, .long], help: "Say nothing on standard error but failures.")
    var quiet = false

    @Argument(help: "The configuration file.")
    var file: String

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let variables = try SettingsLayer(environment: environment)
        let layers = [variables, try SettingsLayer(file: file)]
        let settings = try ServerSettings(layers, data: DataPath.named(layers, file))
        // Certificates of our own are made at the first start; only those that must be there already can be missing.
        if case .directory(let directory) = settings.tls {
            do { _ = try TLSIdentity(.directory(directory)) } catch let error as TLSFailure {
                guard variables.tls == nil else {
                    throw CommandFailure(.error, "SAFECONDUCT_TLS: \(error.description)")
                }
                throw try ConfigFile(file).failure(ShapeError(.value, "/tls", error.description))
            }
        }
        guard !quiet else { return }
        if settings.tls == .off, !settings.listen.isLoopback {
            Console.talk("warning: without TLS every token that reaches \(settings.listen.host) travels in clear")
        }
        Console.talk("\(file): nothing is wrong with it")
    }
}
