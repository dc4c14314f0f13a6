// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Logging
import StrictJSON
import StrictYAML
import Synchronization
import Testing

@testable import SafeconductCommand

@Suite struct JSONLogTests {
    private final class Lines: Sendable {
        let bytes = Mutex<[UInt8]>([])
    }

    @Test func eachLineIsOneObject() throws {
        let lines = Lines()
        var logger = Logger(label: "test") { _ in
            JSONLogHandler { line in lines.bytes.withLock { $0 += line } }
        }
        logger.logLevel = .info
        logger[metadataKey: "node"] = "nod_1"
        logger.debug("unheard")
        logger.warning(
            "a \"line\"\nbreak",
            metadata: ["trace_id": "0af7", "level": "forged", "status": .stringConvertible(503)]
        )
        logger.info("plain")
        let written = lines.bytes.withLock { $0 }.split(separator: 0x0A).map(Array.init)
        #expect(written.count == 2, "a line break within a message ends no line")
        let first = try JSONValue(parsing: written[0])
        #expect(first["level"] == "warning" && first["_level"] == "forged")
        #expect(first["message"] == "a \"line\"\nbreak")
        #expect(first["trace_id"] == "0af7" && first["status"] == "503" && first["node"] == "nod_1")
        let time = try #require(first["time"]?.stringValue)
        #expect(time.hasSuffix("Z") && time.contains("T") && time.contains("."))
    }

    @Test(arguments: [
        ("endpoint: http://127.0.0.1:4318", true), ("endpoint: https://collector.example/otlp, interval: 30s", true),
        ("interval: 30s", false), ("endpoint: nonsense", false),
        ("endpoint: http://127.0.0.1:4318, interval: 0s", false),
        ("endpoint: http://127.0.0.1:4318, interval: 10", false), ("endpont: http://127.0.0.1:4318", false),
        ("endpoint: http://127.0.0.1:4318, headers_file: /nowhere/at/all", false),
    ]) func exportsAreConfiguredStrictly(_ text: String, _ isGood: Bool) throws {
        func settings() throws -> ServerSettings {
            let documents = try YAMLReader.documents(Array("otlp: { \(text) }".utf8))
            let layer = try SettingsLayer(try #require(documents.first).value)
            return try ServerSettings([layer], data: "/tmp/none")
        }
        if isGood {
            #expect(try settings().otlp != nil)
        } else {
            #expect(throws: (any Error).self) { try settings() }
        }
    }
}
