// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import Safeconduct
import StrictJSON
import Testing
import WorkloadIdentity

@testable import SafeconductCommand

@Suite("What a server runs with")
struct ServerSettingsTests {
    private static func file(_ text: String) throws -> SettingsLayer {
        let path = NSTemporaryDirectory() + "settings-\(UUID().uuidString).yaml"
        defer { unlink(path) }
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return try SettingsLayer(file: path)
    }

    @Test("Every key of the file")
    func everyKey() throws {
        let layer = try Self.file(
            """
            listen: "[::1]:8471"
            tls: off
            data: /var/lib/safeconduct/
            node: 3
            master_key: /etc/safeconduct/master.key
            origin: trust.example.com/safeconduct
            public_log: true
            public_url: https://trust.example.com/
            outbound:
              allow: [10.20.0.0/16, fd00::/8]
              http_issuers: loopback
            log_level: debug
            ready_file: ready.json

            """
        )
        #expect(layer.listen == ListenAddress("[::1]:8471"))
        #expect(layer.tls == .off)
        #expect(layer.data == "/var/lib/safeconduct")
        #expect(layer.node == 3)
        #expect(layer.masterKey == "/etc/safeconduct/master.key")
        #expect(layer.origin == "trust.example.com/safeconduct")
        #expect(layer.publicLog == true)
        #expect(layer.publicURL == "https://trust.example.com")
        #expect(layer.outboundAllow?.map(\.description) == ["10.20.0.0/16", "fd00::/8"])
        #expect(layer.httpIssuers == .loopback)
        #expect(layer.logLevel == .debug)
        #expect(layer.readyFile == "ready.json")
        #expect(try Self.file("# nothing\n") == SettingsLayer())
    }

    @Test(
        "A mistake names its line, its key and the nearest known one",
        arguments: [
            ("listn: 127.0.0.1:0\n", ":1:1:", "'listen'"),
            ("listen: 127.0.0.1:0\npublic-log: true\n", ":2:1:", "'public_log'"),
            ("outbound:\n  http_isuers: never\n", ":2:3:", "'http_issuers'"),
            ("outbound:\n  alow: []\n", ":2:3:", "'allow'"),
            ("outbound:\n  http_issuers: loopbak\n", ":2:3:", "'loopback'"),
            ("outbound:\n  allow: [10.0.0.0/8, 10.0.0.1/8]\n", ":2:23:", "outbound.allow.1"),
            ("listen: [1, 2]\n", ":1:1:", "listen"), ("listen: 8470\n", ":1:1:", "string"),
            ("listen: 127.0.0.1\n", ":1:1:", "address"), ("listen: 127.0.0.1:70000\n", ":1:1:", "address"),
            ("public_log: yes\n", ":1:1:", "true or false"), ("log_level: warn\n", ":1:1:", "log_level"),
            ("node: 0\n", ":1:1:", "256"), ("node: 257\n", ":1:1:", "256"), ("node: two\n", ":1:1:", "node"),
            ("origin: https://x\n", ":1:1:", "scheme"), ("public_url: ftp://x\n", ":1:1:", "URL"),
            ("- listen\n", ":1:1:", "object"), ("listen: a:1\nlisten: b:1\n", ":2:1:", "listen"),
        ]
    )
    func mistakes(text: String, place: String, words: String) {
        let failure = #expect(throws: CommandFailure.self) { try Self.file(text) }
        #expect(failure?.message.contains(place) == true, "\(failure?.message ?? "")")
        #expect(failure?.message.contains(words) == true, "\(failure?.message ?? "")")
        #expect(failure?.status == .error)
    }

    @Test("A file that is not there is named")
    func absent() {
        let failure = #expect(throws: CommandFailure.self) { try SettingsLayer(file: "/no/such/file.yaml") }
        #expect(failure?.message.contains("/no/such/file.yaml") == true)
    }

    @Test("Flags win over the environment, that over the file, the file over the defaults")
    func precedence() throws {
        var flags = SettingsLayer()
        let environment = try SettingsLayer(environment: [
            "SAFECONDUCT_LISTEN": "127.0.0.1:2", "SAFECONDUCT_PUBLIC_LOG": "true", "SAFECONDUCT_ORIGIN": "",
            "SAFECONDUCT_OUTBOUND_ALLOW": "10.0.0.0/8,fd00::/8",
        ])
        let file = try SettingsLayer(["listen": "127.0.0.1:3", "origin": "from.file", "data": "/file"])
        var settings = try ServerSettings([flags, environment, file], data: "/standard")
        #expect(settings.listen.port == 2)
        #expect(settings.publicLog)
        #expect(settings.origin == "from.file")
        #expect(settings.data == "/file")
        #expect(settings.masterKey == "/file/master.key")
        #expect(settings.outboundAllow.count == 2)
        #expect(settings.node == 1)
        #expect(try settings.engine().node == 1)
        #expect(settings.tls == .automatic)
        flags.listen = ListenAddress("127.0.0.1:1")
        settings = try ServerSettings([flags, environment], data: "/standard")
        #expect(settings.listen.port == 1)
        #expect(settings.data == "/standard")
        #expect(settings.httpIssuers == .never)
    }

    @Test(
        "A bad variable is named",
        arguments: [
            ("LISTEN", "x"), ("PUBLIC_LOG", "yes"), ("NODE", "-1"), ("LOG_LEVEL", "loud"),
            ("OUTBOUND_ALLOW", "10.0.0.0/99"),
        ]
    )
    func variables(name: String, value: String) {
        let failure = #expect(throws: CommandFailure.self) {
            try SettingsLayer(environment: ["SAFECONDUCT_\(name)": value])
        }
        #expect(failure?.message.hasPrefix("SAFECONDUCT_\(name):") == true)
        #expect(failure?.status == .usage)
    }

    @Test("Issuers over plain HTTP open the loopback and nothing else")
    func loopbackIssuers() throws {
        let open = try ServerSettings([SettingsLayer(["outbound": ["http_issuers": "loopback"]])], data: "/d").engine()
        let shut = try ServerSettings([], data: "/d").engine()
        let loopback = try #require(IPAddress("127.0.0.1"))
        let privateUse = try #require(IPAddress("10.0.0.1"))
        #expect(open.outbound.refusal(of: loopback) == nil)
        #expect(open.outbound.refusal(of: privateUse) == .privateUse)
        #expect(shut.outbound.refusal(of: loopback) == .loopback)
        #expect(open.allowingLoopbackHTTP && !shut.allowingLoopbackHTTP)
    }

    @Test("One process is a node of a data directory; a second one is told who")
    func lock() throws {
        let directory = NSTemporaryDirectory() + "lock-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let lock = try DataLock(directory: directory, node: 1)
        let failure = #expect(throws: CommandFailure.self) { try DataLock(directory: directory, node: 1) }
        #expect(failure?.status == .conflict)
        #expect(failure?.message.contains("(process \(getpid())) is node 1 of") == true)
        let other = try DataLock(directory: directory, node: 2)
        lock.release()
        try DataLock(directory: directory, node: 1).release()
        other.release()
        // A release that knew no nodes holds the directory for itself.
        let old = open("\(directory)/lock", O_RDWR)
        #expect(flock(old, LOCK_EX | LOCK_NB) == 0)
        let refused = #expect(throws: CommandFailure.self) { try DataLock(directory: directory, node: 2) }
        #expect(refused?.message.contains("older release") == true)
        close(old)
        let mode = try FileManager.default.attributesOfItem(atPath: directory)[.posixPermissions] as? NSNumber
        #expect(mode?.intValue == 0o700)
    }
}
