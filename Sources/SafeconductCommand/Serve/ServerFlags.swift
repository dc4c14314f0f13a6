// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Logging

/// The options that both forms of the server take.
struct ServerFlags: ParsableArguments {
    @Option(help: "Where to listen; port 0 lets the system choose. (default: 127.0.0.1:8470)")
    var listen: String?

    @Option(help: "off, auto (certificates of its own, in the data directory) or a directory. (default: auto)")
    var tls: String?

    @Option(help: "The data directory. (default of dev: $XDG_STATE_HOME/safeconduct or ~/.local/state/safeconduct)")
    var data: String?

    @Option(
        name: .customLong("ready-file"),
        help: "A file to write {url, token_file, ca_file} to once the server answers."
    )
    var readyFile: String?

    @Option(help: "The number of this node, from 1: each process on one data directory has its own. (default: 1)")
    var node: String?

    @Flag(name: .customLong("public-log"), help: "Let anybody read the transparency logs.")
    var publicLog = false

    @Option(name: .customLong("log-level"), help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel: String?

    /// What the flags say.
    ///
    /// - Throws: ``CommandFailure`` naming the flag.
    func layer() throws(CommandFailure) -> SettingsLayer {
        var layer = SettingsLayer()
        layer.listen = try Self.read("--listen", listen, SettingText.listen)
        layer.tls = try Self.read("--tls", tls, SettingText.tls)
        layer.data = try Self.read("--data", data, SettingText.path)
        layer.node = try Self.read("--node", node, SettingText.node)
        layer.readyFile = try Self.read("--ready-file", readyFile, SettingText.path)
        layer.logLevel = try Self.read("--log-level", logLevel, SettingText.logLevel)
        if publicLog { layer.publicLog = true }
        return layer
    }

    static func read<Value>(
        _ flag: String,
        _ text: String?,
        _ parse: (String) throws(SettingText.Failure) -> Value
    ) throws(CommandFailure) -> Value? {
        guard let text else { return nil }
        do throws(SettingText.Failure) { return try parse(text) } catch {
            throw CommandFailure(.usage, "\(flag): \(error.message)")
        }
    }
}
