// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Instructions and allocations of one decision, counted by valgrind: figures that do not depend on what else the
/// machine does.
struct DecisionCost {
    /// What was counted, on average over a setting's requests.
    struct Counts {
        let instructions: Int
        let allocations: Double
    }

    private static let valgrind = ["/usr/bin/valgrind", "/usr/local/bin/valgrind"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    // Built beside this program.
    private static let spin: String? = {
        guard let own = Bundle.main.executablePath else { return nil }
        let path = URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent("cedar-spin").path
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }()

    /// Why there is none; nil when it can be counted.
    static var missing: String? {
        if valgrind == nil { return "valgrind is not installed" }
        return spin == nil ? "cedar-spin is not built" : nil
    }

    /// The difference between a short and a longer run, so that reading does not count. Nil where it cannot be counted.
    static func count(_ setting: CedarSetting, requests: Int) throws -> Counts? {
        guard missing == nil, setting.isCounted, requests > 0 else { return nil }
        func difference(_ tool: [String], _ label: String) throws -> Int? {
            guard let short = try figure(tool, label, setting, rounds: 1),
                let long = try figure(tool, label, setting, rounds: 5)
            else { return nil }
            return long - short
        }
        guard let instructions = try difference(["callgrind", "--callgrind-out-file=/dev/null"], "Collected :"),
            let allocations = try difference(["memcheck", "--leak-check=no"], "total heap usage:")
        else { return nil }
        let decisions = 4 * requests
        return Counts(
            instructions: instructions / decisions,
            allocations: Double(allocations) / Double(decisions)
        )
    }

    /// By how many bytes a fresh process grows with the policies; nil where it cannot be told.
    static func bytes(_ setting: CedarSetting) throws -> Int? {
        guard let spin else { return nil }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: spin)
        process.arguments = [setting.policies, setting.entities, setting.requests, "0"]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Int(text.filter(\.isNumber))
    }

    // The number behind `label` in what a tool says at the end.
    private static func figure(
        _ tool: [String],
        _ label: String,
        _ setting: CedarSetting,
        rounds: Int
    ) throws -> Int? {
        guard let valgrind, let spin else { return nil }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: valgrind)
        process.arguments =
            ["--tool=\(tool[0])"] + tool.dropFirst()
            + [spin, setting.policies, setting.entities, setting.requests, String(rounds)]
        let pipe = Pipe()
        process.standardError = pipe
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        // "==123== Collected : 456", "==123==   total heap usage: 1,234 allocs, ..."
        guard let line = text.split(separator: "\n").last(where: { $0.contains(label) }),
            let place = line.firstRange(of: label)
        else { return nil }
        let digits = line[place.upperBound...].drop { !$0.isNumber }.prefix { $0.isNumber || $0 == "," }
        return Int(digits.filter(\.isNumber))
    }
}
