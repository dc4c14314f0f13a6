// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import WorkloadIdentity

extension SettingsLayer {
    /// Reads the environment variables; an empty one says nothing.
    ///
    /// - Throws: ``CommandFailure`` naming the variable.
    init(environment: [String: String]) throws(CommandFailure) {
        func read<Value>(
            _ name: String,
            _ parse: (String) throws(SettingText.Failure) -> Value
        ) throws(CommandFailure) -> Value? {
            guard let text = environment["SAFECONDUCT_\(name)"], !text.isEmpty else { return nil }
            do throws(SettingText.Failure) { return try parse(text) } catch {
                throw CommandFailure(.usage, "SAFECONDUCT_\(name): \(error.message)")
            }
        }
        listen = try read("LISTEN", SettingText.listen)
        tls = try read("TLS", SettingText.tls)
        data = try read("DATA_DIR", SettingText.path)
        node = try read("NODE", SettingText.node)
        masterKey = try read("MASTER_KEY_FILE", SettingText.path)
        origin = try read("ORIGIN", SettingText.origin)
        publicLog = try read("PUBLIC_LOG", SettingText.bool)
        publicURL = try read("PUBLIC_URL", SettingText.publicURL)
        outcomeWindow = try read("OUTCOME_WINDOW", SettingText.outcomeWindow)
        logLevel = try read("LOG_LEVEL", SettingText.logLevel)
        logFormat = try read("LOG_FORMAT", SettingText.logFormat)
        otlpEndpoint = try read("OTLP_ENDPOINT", SettingText.publicURL)
        otlpHeadersFile = try read("OTLP_HEADERS_FILE", SettingText.path)
        otlpInterval = try read("OTLP_INTERVAL", SettingText.interval)
        legacyAssertionAudience = try read("TOKENS_LEGACY_ASSERTION_AUDIENCE", SettingText.bool)
        readyFile = try read("READY_FILE", SettingText.path)
        httpIssuers = try read("OUTBOUND_HTTP_ISSUERS", SettingText.httpIssuers)
        outboundAllow = try read("OUTBOUND_ALLOW") { text throws(SettingText.Failure) in
            var blocks: [AddressBlock] = []
            for part in text.split(separator: ",") { blocks.append(try SettingText.block(String(part))) }
            return blocks
        }
    }
}
