// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import StrictJSON
import Testing

@testable import SafeconductCommand

@Suite("The configuration, described and printed")
struct ConfigTests {
    /// A value of each setting that is not its default.
    static let example: JSONValue = [
        "listen": "[::1]:8471", "tls": "off", "data": "/var/lib/safeconduct", "node": 2,
        "master_key": "/etc/master.key",
        "origin": "trust.example.com/safeconduct", "public_log": true, "public_url": "https://trust.example.com",
        "outbound": ["allow": ["10.20.0.0/16"], "http_issuers": "loopback"],
        "tokens": ["legacy_assertion_audience": false], "outcome_window": "90s", "log_level": "debug",
        "log_format": "json",
        "otlp": ["endpoint": "http://127.0.0.1:4318", "headers_file": "/etc/otlp", "interval": "5s"],
        "ready_file": "ready.json",
    ]

    private static func failure(_ text: String) throws -> CommandFailure? {
        let path = NSTemporaryDirectory() + "config-\(UUID().uuidString).yaml"
        defer { unlink(path) }
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        do throws(CommandFailure) {
            _ = try SettingsLayer(file: path)
            return nil
        } catch {
            return error
        }
    }

    @Test("What is described is what is read: no setting is missing, none is too many")
    func complete() throws {
        // One stored member of the layer for each setting.
        #expect(Mirror(reflecting: SettingsLayer()).children.count == SettingKey.all.count)
        let layer = try SettingsLayer(Self.example)
        for child in Mirror(reflecting: layer).children {
            #expect("\(child.value)" != "nil", "\(child.label ?? "") has no example")
        }
        for key in SettingKey.all {
            #expect(key.levels.reduce(Self.example) { $0?[$1] } != nil, "\(key.path)")
            let environment = ["SAFECONDUCT_\(key.variable)": ""]
            #expect(try SettingsLayer(environment: environment) == SettingsLayer())
        }
        let help = ServeCommand.configuration.discussion
        for key in SettingKey.all {
            let row = help.split(separator: "\n").first { $0.split(separator: " ").first == key.path[...] }
            #expect(row?.contains("SAFECONDUCT_\(key.variable) ") == true, "\(key.path)")
        }
        let schema = ConfigSchema.schema()
        for key in SettingKey.all {
            let place = key.levels.reduce(schema) { $0?["properties"]?[$1] }
            #expect(place?["description"]?.stringValue?.contains("SAFECONDUCT_\(key.variable)") == true)
        }
        #expect(schema["additionalProperties"] == false)
        #expect(schema["properties"]?["outbound"]?["additionalProperties"] == false)
    }

    @Test("The environment wins over the file, that over the default, and each says so")
    func sources() throws {
        let settings = EffectiveSettings(
            environment: ["SAFECONDUCT_LISTEN": "127.0.0.1:1", "SAFECONDUCT_OUTBOUND_ALLOW": "10.0.0.0/8,fd00::/8"],
            file: ["listen": "127.0.0.1:2", "public_log": true, "outbound": ["http_issuers": "loopback"]]
        )
        let row = { (path: String) in settings.rows.first { $0.path == path } }
        #expect(row("listen") == EffectiveSettings.Row(path: "listen", value: "127.0.0.1:1", source: "environment"))
        #expect(row("outbound.allow")?.value == ["10.0.0.0/8", "fd00::/8"])
        #expect(row("public_log") == EffectiveSettings.Row(path: "public_log", value: true, source: "file"))
        #expect(row("tls") == EffectiveSettings.Row(path: "tls", value: "auto", source: "default"))
        // No default place: it is named, or there is none.
        #expect(row("data") == EffectiveSettings.Row(path: "data", value: nil, source: "default"))
        #expect(row("origin")?.value == nil)
        // Nothing is not null: a file that says null is half written.
        #expect(settings.rows.allSatisfy { $0.value?.isNull != true })
        #expect(try SettingsLayer(settings.document(isEffective: true)).origin == nil)
        #expect(
            settings.document(isEffective: false) == [
                "listen": "127.0.0.1:1", "public_log": true,
                "outbound": ["allow": ["10.0.0.0/8", "fd00::/8"], "http_issuers": "loopback"],
            ]
        )
    }

    @Test("What is printed is a configuration again; redacted, it does not say where secrets lie")
    func printed() throws {
        let settings = EffectiveSettings(environment: [:], file: Self.example)
        #expect(settings.document(isEffective: true) == Self.example)
        #expect(try SettingsLayer(settings.document(isEffective: true)) == SettingsLayer(Self.example))
        let redacted = settings.redacted().document(isEffective: true)
        #expect(redacted["master_key"] == "[redacted]")
        #expect(!String(decoding: redacted.serialized(), as: UTF8.self).contains("/etc/master.key"))
    }

    @Test(
        "A file that is half written says where it ends, and never means the default",
        arguments: [
            ("listen: 127.0.0.1:0\ndata:\n", ":2:1: data: the key has no value"),
            ("outbound:\n  allow:\n", ":2:3: outbound.allow: the key has no value"),
            ("outbound:\n", ":1:1: outbound: the key has no value"), ("outbound:\n  allow: [10.0.0.0/8,\n", ":3:1: "),
            ("listen: \"127.0.0.1\n", ":2:1: "), ("listen: 127.0.0.1:0\ndat", ":"), ("listen: 127.0.0.1:0\ntls\n", ":"),
            ("outbound: {allow: [", ":2:1: "), ("data: ~\n", ":1:1: data"),
            ("outbound: {allow: [~]}\n", ":1:20: outbound.allow.0"),
            ("", ":1:1: the file is empty"), ("listen: 127.0.0.1:84", ":1:1: the file ends within its last line"),
            ("tls: off\ndata: /var/lib/sa", ":2:1: the file ends within its last line"),
            ("# a comm", ":1:1: the file ends within its last line"), ("{\"tls\": \"off\"", ":2:1: "),
        ]
    )
    func halfWritten(text: String, words: String) throws {
        let failure = try #require(try Self.failure(text))
        #expect(failure.message.contains(".yaml" + words), "\(failure.message)")
        #expect(failure.status == .error)
    }

    @Test("A mapping in braces says where it ends, with or without a last line")
    func braces() throws {
        #expect(try Self.failure(#" {"tls": "off"}"#) == nil)
        #expect(try Self.failure("{tls: off}\n") == nil)
        #expect(try Self.failure("# nothing is meant\n") == nil)
    }

    // MARK: - The data directory is named

    /// Whether a server would go on with this text as its configuration.
    private static func isTaken(_ text: some StringProtocol) throws -> Bool {
        let path = NSTemporaryDirectory() + "config-\(UUID().uuidString).yaml"
        defer { unlink(path) }
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        do throws(CommandFailure) {
            _ = try DataPath.named([SettingsLayer(), SettingsLayer(file: path)], path)
            return true
        } catch {
            #expect(error.status == .error && error.message.hasPrefix(path + ":"), "\(error.message)")
            return false
        }
    }

    @Test(
        "No beginning of a file that 'init' made starts anything, at whatever byte it was cut",
        arguments: [
            [], ["--host", "trust.example.com"], ["--origin", "trust.example.com/a", "--listen", "[::1]:1"],
            ["--certificate", "cert.pem", "--private-key", "key.pem", "--host", "h.example"],
        ]
    )
    func cut(options: [String]) throws {
        let words = ["init", "--config-dir", "/etc/sc \"x\"", "--data", "/var/lib/sc#1", "--owner", "alice"] + options
        let command = try #require(try RootCommand.parseAsRoot(words) as? InitCommand)
        let text = try command.configuration(ProductionFiles(directory: command.directory, data: command.data))
        #expect(try Self.isTaken(text))
        for end in text.indices { #expect(try !Self.isTaken(text[..<end]), "\(text[..<end])") }
        #expect(text.hasSuffix("\ndata: \"/var/lib/sc#1\"\n"))
    }

    @Test("What one layer names is enough; what none does is told with the file")
    func named() throws {
        var flags = SettingsLayer()
        flags.data = "/flag"
        let variables = try SettingsLayer(environment: ["SAFECONDUCT_DATA_DIR": "/variable"])
        #expect(try DataPath.named([flags, variables, SettingsLayer(["data": "/file"])], "f") == "/flag")
        #expect(try DataPath.named([SettingsLayer(), variables], "f") == "/variable")
        let failure = #expect(throws: CommandFailure.self) { try DataPath.named([SettingsLayer()], "f.yaml") }
        #expect(failure?.message.hasPrefix("f.yaml: data: ") == true)
        #expect(failure?.hints.isEmpty == false)
    }

    @Test("Where no control plane is nothing is made")
    func noControlPlane() {
        let path = NSTemporaryDirectory() + "nowhere-\(UUID().uuidString)"
        let failure = #expect(throws: CommandFailure.self) { try DataPath.requireControlPlane(path) }
        #expect(failure?.status == .notFound)
        #expect(!InputFile.exists(path))
    }
}
