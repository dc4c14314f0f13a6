// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON

/// The conformance data that lies beside the repository: `SAFECONDUCT_DATA`, or `../shared/data`.
///
/// It is not part of the repository. Tests that need it are skipped, visibly, where it is absent.
enum SharedData {
    static let root: String? = {
        let given = ProcessInfo.processInfo.environment["SAFECONDUCT_DATA"]
        let package = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let root = given ?? package.deletingLastPathComponent().appendingPathComponent("shared/data").path
        return FileManager.default.fileExists(atPath: root + "/policy/README.md") ? root : nil
    }()

    static var isPresent: Bool { root != nil }

    static let limits = JSONLimits(maximumBytes: 1 << 26, maximumDepth: 64, maximumValues: 1 << 24)

    /// The bytes of a file under `policy/`.
    static func file(_ path: String) throws -> [UInt8] {
        try Array(Data(contentsOf: URL(fileURLWithPath: "\(root ?? "")/policy/\(path)")))
    }

    static func json(_ path: String) throws -> JSONValue {
        try JSONValue(parsing: file(path), limits: limits)
    }

    /// The lines of a gzip file under `policy/`.
    static func lines(_ path: String) throws -> [ArraySlice<UInt8>] {
        let gzip = Process()
        gzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        gzip.arguments = ["gzip", "-dc", "\(root ?? "")/policy/\(path)"]
        let pipe = Pipe()
        gzip.standardOutput = pipe
        try gzip.run()
        let bytes = [UInt8](pipe.fileHandleForReading.readDataToEndOfFile())
        gzip.waitUntilExit()
        guard gzip.terminationStatus == 0 else { throw CocoaError(.fileReadCorruptFile) }
        return bytes.split(separator: UInt8(ascii: "\n"))
    }

    /// The files under a folder of `policy/` whose name ends with `suffix`.
    static func files(in folder: String, suffix: String) -> [String] {
        let names = FileManager.default.enumerator(atPath: "\(root ?? "")/policy/\(folder)")?.allObjects ?? []
        return names.compactMap { $0 as? String }.filter { $0.hasSuffix(suffix) }.map { "\(folder)/\($0)" }.sorted()
    }
}
