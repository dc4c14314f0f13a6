// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import StrictYAML
import WorkloadIdentity

extension SettingsLayer {
    /// Reads a configuration file.
    ///
    /// - Throws: ``CommandFailure`` as `file:line:column: message`; an unknown key names the nearest known one.
    init(file: String) throws(CommandFailure) {
        let file = try ConfigFile(file)
        guard let document = file.document else {
            // An empty file says nothing, which is a configuration.
            self.init()
            return
        }
        do throws(ShapeError) { self = try SettingsLayer(document.value) } catch { throw file.failure(error) }
    }

    /// Reads a configuration.
    init(_ value: JSONValue) throws(ShapeError) {
        var reader = try ObjectReader(value)
        listen = try Self.setting("listen", &reader, SettingText.listen)
        tls = try Self.setting("tls", &reader, SettingText.tls)
        data = try Self.setting("data", &reader, SettingText.path)
        if let number = try reader.optionalInteger("node") {
            node = try Self.read(String(number), reader.pointer(to: "node"), SettingText.node)
        }
        masterKey = try Self.setting("master_key", &reader, SettingText.path)
        origin = try Self.setting("origin", &reader, SettingText.origin)
        publicLog = try reader.optionalBool("public_log")
        publicURL = try Self.setting("public_url", &reader, SettingText.publicURL)
        outcomeWindow = try Self.setting("outcome_window", &reader, SettingText.outcomeWindow)
        logLevel = try Self.setting("log_level", &reader, SettingText.logLevel)
        logFormat = try Self.setting("log_format", &reader, SettingText.logFormat)
        if var otlp = try reader.optionalObject("otlp") {
            otlpEndpoint = try Self.setting("endpoint", &otlp, SettingText.publicURL)
            otlpHeadersFile = try Self.setting("headers_file", &otlp, SettingText.path)
            otlpInterval = try Self.setting("interval", &otlp, SettingText.interval)
            try otlp.finish()
        }
        if var tokens = try reader.optionalObject("tokens") {
            legacyAssertionAudience = try tokens.optionalBool("legacy_assertion_audience")
            try tokens.finish()
        }
        readyFile = try Self.setting("ready_file", &reader, SettingText.path)
        if var outbound = try reader.optionalObject("outbound") {
            if outbound.object["allow"] != nil {
                outboundAllow = []
                for (index, text) in try outbound.strings("allow").enumerated() {
                    outboundAllow?.append(try Self.read(text, "\(outbound.pointer)/allow/\(index)", SettingText.block))
                }
            } else {
                // Asked for all the same, so that a misspelt key is told from it.
                _ = outbound.optional("allow")
            }
            httpIssuers = try Self.setting("http_issuers", &outbound, SettingText.httpIssuers)
            try outbound.finish()
        }
        try reader.finish()
    }

    private static func setting<Value>(
        _ key: String,
        _ reader: inout ObjectReader,
        _ parse: (String) throws(SettingText.Failure) -> Value
    ) throws(ShapeError) -> Value? {
        guard let text = try reader.optionalString(key) else { return nil }
        return try read(text, reader.pointer(to: key), parse)
    }

    private static func read<Value>(
        _ text: String,
        _ pointer: String,
        _ parse: (String) throws(SettingText.Failure) -> Value
    ) throws(ShapeError) -> Value {
        do throws(SettingText.Failure) { return try parse(text) } catch {
            throw ShapeError(.value, pointer, error.message)
        }
    }
}
