// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Instructions of one decision, counted by callgrind: a figure that does not depend on what else the machine does.
struct InstructionCount {
    let server: String?

    /// Why there is none; nil when it can be counted.
    var missing: String? {
        if server == nil { return "no --server was given" }
        return Self.valgrind == nil ? "valgrind is not installed" : nil
    }

    private static let valgrind = ["/usr/bin/valgrind", "/usr/local/bin/valgrind"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// The difference between a short and a longer run, so that reading does not count. Nil where it cannot be counted,
    /// and for large sets, which take minutes to read like this.
    func perDecision(_ setting: CedarSetting, requests: Int) throws -> Int? {
        let size = try FileManager.default.attributesOfItem(atPath: setting.policies)[.size] as? Int ?? 0
        guard let server, let valgrind = Self.valgrind, size < 4 << 20, requests > 0 else { return nil }
        let short = try count(valgrind, server, setting, rounds: 1)
        let long = try count(valgrind, server, setting, rounds: 6)
        guard let short, let long, long > short else { return nil }
        return (long - short) / (5 * requests)
    }

    private func count(_ valgrind: String, _ server: String, _ setting: CedarSetting, rounds: Int) throws -> Int? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: valgrind)
        process.arguments = [
            "--tool=callgrind", "--callgrind-out-file=/dev/null", server, "policy", "bench", "--policies",
            setting.policies, "--entities", setting.entities, "--requests", setting.requests, "--rounds",
            String(rounds),
        ]
        let pipe = Pipe()
        process.standardError = pipe
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        // "==123== Collected : 456"
        guard let line = text.split(separator: "\n").last(where: { $0.contains("Collected :") }) else { return nil }
        return line.split(separator: " ").last.flatMap { Int($0) }
    }
}
