// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The interpreter for the independent checkers in `Tests/python`.
enum Python {
    static let missing: Comment = "python3 is not on the PATH (or set SAFECONDUCT_PYTHON)"
    static let missingPymerkle: Comment = "pymerkle is not importable by python3 (pip install pymerkle==7.0.0)"

    private static let interpreter = ProcessInfo.processInfo.environment["SAFECONDUCT_PYTHON"] ?? "python3"

    static let isPresent = (try? run(["-c", ""]).status) == 0
    static let hasPymerkle = (try? run(["-c", "import pymerkle"]).status) == 0

    static func script(_ name: String) -> String {
        let tests = (0..<3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        return tests.appendingPathComponent("python/\(name)").path
    }

    static func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [interpreter, "-B"] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}

/// A folder that lasts as long as the value.
final class TemporaryFolder {
    private let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

    init() throws {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    /// Writes a file and gives its path.
    func write(_ bytes: [UInt8], to name: String) throws -> String {
        let file = url.appendingPathComponent(name)
        try Data(bytes).write(to: file)
        return file.path
    }
}
