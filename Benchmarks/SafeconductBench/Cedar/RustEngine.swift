// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON

/// The Rust engine in a process of its own, through its Python package.
final class RustEngine {
    /// What a round found, for each request.
    struct Round {
        let microseconds: [Int64]
        /// `[decision, [reason], [errors]]`.
        let answers: [JSONValue]
    }

    private static let interpreter = ".venv/bin/python"
    private static let script = "Benchmarks/rust-engine.py"

    /// Why there is none; nil when there is one.
    static let missing: String? = {
        guard FileManager.default.fileExists(atPath: script) else { return "not run from the repository" }
        guard FileManager.default.isExecutableFile(atPath: interpreter) else { return "no .venv (make setup)" }
        let probe = Process()
        probe.executableURL = URL(fileURLWithPath: interpreter)
        probe.arguments = ["-c", "import cedarpy"]
        probe.standardError = FileHandle.nullDevice
        guard (try? probe.run()) != nil else { return "no Python" }
        probe.waitUntilExit()
        return probe.terminationStatus == 0 ? nil : "no cedarpy in .venv (make setup)"
    }()

    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var rest: [UInt8] = []
    /// What reading the policies took.
    private(set) var loadMicroseconds: Int64 = 0

    init(_ setting: CedarSetting) throws {
        process.executableURL = URL(fileURLWithPath: Self.interpreter)
        process.arguments = [Self.script, setting.policies, setting.entities, setting.requests, String(setting.asked)]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        loadMicroseconds = try line()["load_us"]?.integerValue ?? 0
    }

    /// Asks every request once.
    func round() throws -> Round {
        input.fileHandleForWriting.write(Data("\n".utf8))
        let line = try line()
        return Round(
            microseconds: (line["us"]?.arrayValue ?? []).compactMap(\.integerValue),
            answers: line["answers"]?.arrayValue ?? []
        )
    }

    /// Lets the process end.
    func close() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    private func line() throws -> JSONValue {
        while true {
            if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                defer { rest.removeSubrange(...end) }
                let limits = JSONLimits(maximumBytes: 1 << 28, maximumDepth: 8, maximumValues: 1 << 24)
                return try JSONValue(parsing: Array(rest[..<end]), limits: limits)
            }
            let data = output.fileHandleForReading.availableData
            guard !data.isEmpty else { throw BenchFailure("the Rust engine's process ended early") }
            rest += data
        }
    }
}
