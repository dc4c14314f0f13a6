// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Safeconduct

/// The files of a new installation, where each of them lies: the configuration and the secrets in one directory, the data
/// they protect in another.
struct ProductionFiles: Sendable, Equatable {
    /// The directory of the configuration.
    let directory: String
    /// The data directory.
    let data: String

    var configuration: String { "\(directory)/safeconduct.yaml" }
    var masterKey: String { "\(directory)/master.key" }
    var link: String { "\(directory)/owner.link" }
    var tls: String { "\(directory)/tls" }

    /// Absolute paths, whatever directory the server will be started from.
    init(directory: String, data: String) {
        self.directory = Self.absolute(directory)
        self.data = Self.absolute(data)
    }

    static func absolute(_ path: String) -> String {
        let path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        return path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
    }

    /// Refuses to go over anything that is there.
    func check() throws(CommandFailure) {
        guard data != directory, !data.hasPrefix(directory + "/"), !directory.hasPrefix(data + "/") else {
            throw CommandFailure(
                .usage,
                "the configuration holds the master key: it does not lie with the data that the key protects"
            )
        }
        let present = [configuration, masterKey, link, tls].filter { InputFile.exists($0) }
        let isUsed =
            InputFile.exists(data) && !((try? FileManager.default.contentsOfDirectory(atPath: data).isEmpty) ?? false)
        if let path = present.first {
            throw CommandFailure(
                .conflict,
                "\(path) exists; nothing is written over it",
                hints: advice(present, isUsed: isUsed)
            )
        }
        if isUsed {
            throw CommandFailure(
                .conflict,
                "\(data) is not empty; a new control plane begins in an empty directory",
                hints: advice(present, isUsed: isUsed)
            )
        }
    }

    /// What to do about an installation that is there, or about what an interrupted one left.
    ///
    /// From its files alone the one can't be told from the other with certainty, so nothing is finished or taken away
    /// here: the files may be those of a server that has been running for a year.
    private func advice(_ present: [String], isUsed: Bool) -> [String] {
        var hints: [String] = []
        let size = try? FileManager.default.attributesOfItem(atPath: configuration)[.size] as? Int
        if (size ?? 0) > 0, present.contains(masterKey), InputFile.exists("\(data)/control.db") {
            hints = [
                "A control plane lies here: 'safeconduct serve --config \(configuration)' starts it. If nobody could enrol,",
                "'safeconduct recover --config \(configuration) --owner NAME --link-file FILE' makes an owner of it.",
            ]
        }
        return hints + [
            "If it is what an init left that was ended before it was done, and no server ran on it, remove it and begin anew:",
            "  " + (present + (isUsed ? [data] : [])).map(Printable.text).joined(separator: " "),
        ]
    }

    /// Makes both directories, closed to others.
    ///
    /// - Returns: Those that were not there before.
    func makeDirectories() throws(CommandFailure) -> [String] {
        var made: [String] = []
        for path in [directory, data] {
            if InputFile.exists(path) { continue }
            do {
                try FileManager.default.createDirectory(
                    atPath: path,
                    withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o700]
                )
            } catch {
                throw CommandFailure(.error, "\(path): the directory cannot be made")
            }
            made.append(path)
        }
        return made
    }

    /// Takes away what a failed installation made: nothing is left half-done.
    func remove(_ directories: [String]) {
        let files = FileManager.default
        for path in [configuration, masterKey, link, tls] { try? files.removeItem(atPath: path) }
        for name in (try? files.contentsOfDirectory(atPath: data)) ?? [] {
            try? files.removeItem(atPath: "\(data)/\(name)")
        }
        for path in directories { rmdir(path) }
    }
}
