// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation

/// `safeconduct dev`.
struct DevCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dev",
        abstract: "Run everything on this machine, for this machine alone.",
        discussion: """
            The data directory, keys, certificates and a token for the command line are made at the first start.

            Examples:
              safeconduct dev
              safeconduct dev --listen 127.0.0.1:0 --ready-file ready.json --allow-http-issuers
              safeconduct dev --node 2 --listen 127.0.0.1:0
              safeconduct dev --policies policies/ --entities entities.json --token-file point.token

            With --policies it is a stand-alone AuthZEN decision point over plain Cedar files instead: no log, no
            identities, nothing to register, and so neither --public-log, --node nor --allow-http-issuers.
            """
    )

    @OptionGroup var flags: ServerFlags

    @Flag(name: .customLong("allow-http-issuers"), help: "Let issuers on loopback addresses speak plain HTTP.")
    var allowHTTPIssuers = false

    @Option(help: "A directory of *.cedar files to decide by, instead of everything else.")
    var policies: String?

    @Option(help: "With --policies: a file of Cedar entities (JSON).")
    var entities: String?

    @Option(
        name: .customLong("token-file"),
        help: ArgumentHelp(
            "With --policies: a file of the bearer token that callers must present; without it anybody may ask. "
                + "($SAFECONDUCT_DEV_TOKEN_FILE)",
            valueName: "file"
        )
    )
    var tokenFile: String?

    @Option(
        help: """
            With --policies: the token itself, for a try on a machine of your own; everybody there can read what a \
            process was started with.
            """
    )
    var token: String?

    func validate() throws {
        guard policies != nil || (entities == nil && tokenFile == nil && token == nil) else {
            throw ValidationError("--entities, --token-file and --token go with --policies")
        }
        guard token == nil || tokenFile == nil else {
            throw ValidationError("--token and --token-file say the same; give one")
        }
        guard token?.isEmpty != true else { throw ValidationError("--token is empty") }
        if policies != nil, let flag = flagOfProduct {
            throw ValidationError("\(flag) does not go with --policies")
        }
    }

    /// A given flag that only means something to the whole product; whoever gave it must not believe that it works.
    private var flagOfProduct: String? {
        if flags.publicLog { return "--public-log" }
        if flags.node != nil { return "--node" }
        return allowHTTPIssuers ? "--allow-http-issuers" : nil
    }

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        var layer = try flags.layer()
        if allowHTTPIssuers { layer.httpIssuers = .loopback }
        let settings = try ServerSettings(
            [layer, SettingsLayer(environment: environment)],
            data: DataPath.standard(environment)
        )
        guard settings.listen.isLoopback else {
            throw CommandFailure(
                .usage,
                "dev listens on this machine only, not on \(Printable.text(settings.listen.host))",
                hints: ["To serve others, write a configuration and use 'safeconduct serve'."]
            )
        }
        if let policies {
            let variable = environment["SAFECONDUCT_DEV_TOKEN_FILE"].flatMap { $0.isEmpty ? nil : $0 }
            let file = token == nil ? tokenFile ?? variable : nil
            let token = try file.map { path throws(CommandFailure) in try TokenFile.token(path) } ?? token
            try await PlainRun(settings: settings, policies: policies, entities: entities, token: token).run()
        } else {
            try await ProductRun(settings: settings, isDevelopment: true).run()
        }
    }
}
