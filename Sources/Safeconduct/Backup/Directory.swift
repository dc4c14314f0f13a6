// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// Directories of backups and restores: whole or not there.
enum Directory {
    /// Where `path` leads once every link is followed; the part that does not exist stays as it is written.
    static func resolved(_ path: String) -> String {
        if let real = realpath(path, nil) {
            defer { free(real) }
            return String(cString: real)
        }
        let (above, name) = ((path as NSString).deletingLastPathComponent, (path as NSString).lastPathComponent)
        // A working directory that was taken away leads nowhere.
        guard above != path, !name.isEmpty, path != "." else { return path }
        let parent = resolved(above.isEmpty ? "." : above)
        return parent == "/" ? "/\(name)" : "\(parent)/\(name)"
    }

    /// Throws when one of two directories is the other or lies in it, however they are written.
    ///
    /// - Parameter words: What they are, to be read after "the backup and".
    static func requireApart(_ one: String, _ other: String, _ words: String) throws(EngineError) {
        guard !lies(one, in: other), !lies(other, in: one) else {
            throw EngineError(
                .configuration,
                "the backup and \(words) lie one in the other (\(one), \(other)): what one is damaged with damages the "
                    + "other; choose a directory apart"
            )
        }
    }

    /// Compares what the names mean, not the names: a mount or a link may give one directory several.
    private static func lies(_ path: String, in directory: String) -> Bool {
        guard let wanted = identity(directory) else { return false }
        var place = resolved(path)
        while true {
            if let found = identity(place), found == wanted { return true }
            let above = (place as NSString).deletingLastPathComponent
            guard above != place, !above.isEmpty else { return false }
            place = above
        }
    }

    private static func identity(_ path: String) -> [UInt64]? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return [UInt64(status.st_dev), UInt64(status.st_ino)]
    }

    /// Throws unless there is nothing at `path`, or nothing but what `spared` says.
    static func requireEmpty(_ path: String, but spared: (String) -> Bool) throws(EngineError) {
        guard FileManager.default.fileExists(atPath: path) else { return }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw EngineError(.configuration, "\(path) is no directory that can be read")
        }
        guard let name = names.sorted().first(where: { !spared($0) }) else { return }
        throw EngineError(.configuration, "\(path) is not empty: it holds '\(name)'")
    }

    /// Makes a directory of mode 0700 that is not there yet.
    static func make(_ path: String) throws(EngineError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw EngineError(
                .configuration,
                "\(path) can't be made; take away what an interrupted run left, and make its parent directory"
            )
        }
    }

    /// Moves what is in a directory to `target`, which is empty but for what stays there.
    static func move(_ staging: String, to target: String) throws(EngineError) {
        if !FileManager.default.fileExists(atPath: target) {
            guard rename(staging, target) == 0 else { throw EngineError(.configuration, "\(target) can't be made") }
            return try PrivateFile.sync(directoryOf: target)
        }
        chmod(target, 0o700)
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: staging) else {
            throw EngineError(.configuration, "\(staging) can't be read")
        }
        // The control log last: without it nothing starts from the rest.
        for name in names.sorted(by: { ($0 == "control.db" ? 1 : 0, $0) < ($1 == "control.db" ? 1 : 0, $1) }) {
            guard rename("\(staging)/\(name)", "\(target)/\(name)") == 0 else {
                throw EngineError(.configuration, "\(target)/\(name) can't be made")
            }
        }
        try PrivateFile.sync(directoryOf: target + "/.")
        rmdir(staging)
    }
}
