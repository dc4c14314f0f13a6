// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// One setting of the server, as people find it: its key in the file, its variable, what it is and what it is otherwise.
///
/// The readers of the layers decide what is accepted; this says it. A test holds the two together.
struct SettingKey: Sendable {
    /// Its key in the file, a point between the levels: `outbound.allow`.
    let path: String
    /// Its environment variable, without `SAFECONDUCT_`.
    let variable: String
    /// What it is, in one line.
    let summary: String
    /// What it is when nobody says anything; nil when it is then nothing, or found out.
    let standard: JSONValue?
    /// What a value looks like (JSON Schema 2020-12).
    let schema: JSONObject
    /// Whether it says where a secret lies, which a copy for others need not tell.
    var isSensitive = false

    /// The levels of its key.
    var levels: [String] { path.split(separator: ".").map(String.init) }
}

extension SettingKey {
    private static let text = JSONObject([("type", "string"), ("minLength", 1)])

    private static func text(_ pattern: String) -> JSONObject {
        JSONObject([("type", "string"), ("pattern", .string(pattern))])
    }

    private static func choice(_ words: [String]) -> JSONObject {
        JSONObject([("enum", .array(words.map { .string($0) }))])
    }

    /// All of them, in the order of the guide.
    static let all: [SettingKey] = [
        SettingKey(
            path: "listen",
            variable: "LISTEN",
            summary: "Where to listen; port 0 lets the system choose.",
            standard: "127.0.0.1:8470",
            schema: text(#"^(\[[0-9A-Fa-f:.]+\]|[^:\[\]]+):[0-9]{1,5}$"#)
        ),
        SettingKey(
            path: "tls",
            variable: "TLS",
            summary: "off, auto (certificates of its own, in the data directory) or a directory.",
            standard: "auto",
            schema: text
        ),
        SettingKey(
            path: "data",
            variable: "DATA_DIR",
            summary: "The data directory; it has to be named, and to hold what 'safeconduct init' made.",
            standard: nil,
            schema: text
        ),
        SettingKey(
            path: "node",
            variable: "NODE",
            summary: "The number of this node among those that share the data directory.",
            standard: 1,
            schema: JSONObject([("type", "integer"), ("minimum", 1), ("maximum", 256)])
        ),
        SettingKey(
            path: "master_key",
            variable: "MASTER_KEY_FILE",
            summary: "The file of the master key; otherwise master.key in the data directory.",
            standard: nil,
            schema: text,
            isSensitive: true
        ),
        SettingKey(
            path: "origin",
            variable: "ORIGIN",
            summary: "What stands before /control in the log's origin; made up at the first start otherwise.",
            standard: nil,
            schema: text(#"^[!-*,-~]{1,200}$"#)
        ),
        SettingKey(
            path: "public_log",
            variable: "PUBLIC_LOG",
            summary: "Whether anybody may read the transparency logs.",
            standard: false,
            schema: JSONObject([("type", "boolean")])
        ),
        SettingKey(
            path: "public_url",
            variable: "PUBLIC_URL",
            summary: "The address that callers know the server by; where it listens otherwise.",
            standard: nil,
            schema: text("^https?://")
        ),
        SettingKey(
            path: "tokens.legacy_assertion_audience",
            variable: "TOKENS_LEGACY_ASSERTION_AUDIENCE",
            summary: "Whether client assertions may name the endpoint called as their audience, not the issuer alone.",
            standard: true,
            schema: JSONObject([("type", "boolean")])
        ),
        SettingKey(
            path: "outbound.allow",
            variable: "OUTBOUND_ALLOW",
            summary: "Address blocks that may be called besides public addresses.",
            standard: [],
            schema: JSONObject([("type", "array"), ("items", .object(text(#"^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$"#)))])
        ),
        SettingKey(
            path: "outbound.http_issuers",
            variable: "OUTBOUND_HTTP_ISSUERS",
            summary: "Whether issuers on loopback addresses may speak plain HTTP.",
            standard: "never",
            schema: choice(HTTPIssuers.allCases.map(\.rawValue))
        ),
        SettingKey(
            path: "outcome_window",
            variable: "OUTCOME_WINDOW",
            summary: "How long what came of a call may take to be told before it counts as unknown, from 1s to 1h.",
            standard: "5m",
            schema: text("^[1-9][0-9]{0,3}[smh]$")
        ),
        SettingKey(
            path: "log_level",
            variable: "LOG_LEVEL",
            summary: "What the server's log tells.",
            standard: "notice",
            schema: choice(["trace", "debug", "info", "notice", "warning", "error", "critical"])
        ),
        SettingKey(
            path: "log_format",
            variable: "LOG_FORMAT",
            summary: "Lines for people, or one JSON object a line.",
            standard: .string(LogFormat.text.rawValue),
            schema: choice(LogFormat.allCases.map(\.rawValue))
        ),
        SettingKey(
            path: "otlp.endpoint",
            variable: "OTLP_ENDPOINT",
            summary: "The collector that spans and metrics are exported to; without one nothing is.",
            standard: nil,
            schema: text("^https?://")
        ),
        SettingKey(
            path: "otlp.headers_file",
            variable: "OTLP_HEADERS_FILE",
            summary: "A file of headers for the collector, such as its token.",
            standard: nil,
            schema: text,
            isSensitive: true
        ),
        SettingKey(
            path: "otlp.interval",
            variable: "OTLP_INTERVAL",
            summary: "How often is exported, from 1s to 3600s.",
            // Told only where there is an endpoint: an interval without one is a mistake.
            standard: nil,
            schema: text("^[1-9][0-9]{0,3}s$")
        ),
        SettingKey(
            path: "ready_file",
            variable: "READY_FILE",
            summary: "A file to write the server's address to once it answers.",
            standard: nil,
            schema: text
        ),
    ]
}
