// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation

/// `safeconduct serve`.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the server from a configuration file.",
        discussion: """
            Flags win over environment variables, those over the file, the file over the defaults. The data directory has
            no default, and has to hold a control plane: 'safeconduct init' makes one.

              in the file             variable                            default
              listen                  SAFECONDUCT_LISTEN                  127.0.0.1:8470
              tls                     SAFECONDUCT_TLS                     auto (or off, or a directory)
              data                    SAFECONDUCT_DATA_DIR                none: one has to be named
              node                    SAFECONDUCT_NODE                    1
              master_key              SAFECONDUCT_MASTER_KEY_FILE         master.key in the data directory
              origin                  SAFECONDUCT_ORIGIN                  made up at the first start
              public_log              SAFECONDUCT_PUBLIC_LOG              false
              public_url              SAFECONDUCT_PUBLIC_URL              where it listens
              outbound.allow          SAFECONDUCT_OUTBOUND_ALLOW          public addresses only
              outbound.http_issuers   SAFECONDUCT_OUTBOUND_HTTP_ISSUERS   never (or loopback)
              tokens.legacy_assertion_audience  SAFECONDUCT_TOKENS_LEGACY_ASSERTION_AUDIENCE  true
              outcome_window          SAFECONDUCT_OUTCOME_WINDOW          5m
              log_level               SAFECONDUCT_LOG_LEVEL               notice
              log_format              SAFECONDUCT_LOG_FORMAT              text (or json)
              otlp.endpoint           SAFECONDUCT_OTLP_ENDPOINT           none: nothing is exported
              otlp.headers_file       SAFECONDUCT_OTLP_HEADERS_FILE       none
              otlp.interval           SAFECONDUCT_OTLP_INTERVAL           10s
              ready_file              SAFECONDUCT_READY_FILE              none

            Example:
              listen: 0.0.0.0:8470
              tls: /etc/safeconduct/tls
              master_key: /etc/safeconduct/master.key
              origin: trust.example.com/safeconduct
              outbound:
                allow: [10.20.0.0/16]
              # Last: a file that was cut short does not say where the data lie, and starts nothing.
              data: /var/lib/safeconduct
            """
    )

    @Option(help: "The configuration file (YAML).")
    var config: String

    @OptionGroup var flags: ServerFlags

    @Option(help: "What stands before /control in the log's origin.")
    var origin: String?

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        var layer = try flags.layer()
        layer.origin = try ServerFlags.read("--origin", origin, SettingText.origin)
        let layers = [layer, try SettingsLayer(environment: environment), try SettingsLayer(file: config)]
        let settings = try ServerSettings(layers, data: DataPath.named(layers, config))
        try DataPath.requireControlPlane(settings.data)
        if settings.tls == .off, !settings.listen.isLoopback {
            Console.talk("warning: without TLS every token that reaches \(settings.listen.host) travels in clear")
        }
        try await ProductRun(settings: settings, isDevelopment: false).run()
    }
}
