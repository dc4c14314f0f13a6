// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import TrustStore

@testable import Safeconduct

@Suite("Backups and what stands in their place", .timeLimit(.minutes(5)))
struct BackupTests {
    private static let files = FileManager.default

    /// A world, and a backup of it in `place/backup`.
    private static func withBackup(_ body: (World, _ backup: String, MasterKey) async throws -> Void) async throws {
        try await World.inPlace { place in
            let world = try await World.open(place)
            try await world.populate()
            try await world.activate(permitAll)
            _ = try await world.reason()
            let master = try MasterKey(existing: place + "/master.key")
            _ = try Backup.make(of: world.data, master: master, to: place + "/backup")
            try await body(world, place + "/backup", master)
        }
    }

    /// What a restore of the backup says, with and without putting it anywhere; nothing may be left of either.
    private static func refusals(_ backup: String, _ master: MasterKey, _ place: String) -> [String] {
        let target = place + "/target"
        let attempts: [() throws -> Void] = [
            { try Restore(from: backup, master: master).verify() },
            { _ = try Restore(from: backup, master: master).run(into: target, isThorough: true) },
            { _ = try Restore(from: backup, master: master).run(into: target, isThorough: false) },
        ]
        return attempts.map { attempt in
            do {
                try attempt()
                return "nothing"
            } catch {
                #expect(!files.fileExists(atPath: target) && !files.fileExists(atPath: target + ".restoring"))
                return (error as? EngineError)?.message ?? "\(error)"
            }
        }
    }

    @Test("A whole one is put back")
    func whole() async throws {
        try await Self.withBackup { world, backup, master in
            try Restore(from: backup, master: master).verify()
            let outcome = try Restore(from: backup, master: master).run(into: world.place + "/new", isThorough: true)
            #expect(outcome.generation == 2)
            #expect(try DirectoryCheck(directory: world.place + "/new").isClean)
            for name in try Self.files.contentsOfDirectory(atPath: world.place + "/new") {
                let mode = try Self.files.attributesOfItem(atPath: "\(world.place)/new/\(name)")[.posixPermissions]
                #expect((mode as? NSNumber)?.intValue == 0o600, "\(name)")
            }
        }
    }

    @Test(
        "A pipe, a link, a device or a folder in place of a file is refused at once",
        arguments: ["manifest.json", "manifest.note", "control.db", "sealed.db"],
        ["pipe", "link", "dangling link", "device link", "folder"]
    )
    func noFile(name: String, kind: String) async throws {
        try await Self.withBackup { world, backup, master in
            let path = "\(backup)/\(name)"
            let aside = "\(world.place)/aside"
            try Self.files.moveItem(atPath: path, toPath: aside)
            let words: String
            switch kind {
            case "pipe":
                #expect(mkfifo(path, 0o600) == 0)
                words = "is no regular file"
            case "folder":
                try Self.files.createDirectory(atPath: path, withIntermediateDirectories: false)
                words = "is no regular file"
            default:
                let target = ["link": aside, "dangling link": aside + ".gone"][kind] ?? "/dev/zero"
                try Self.files.createSymbolicLink(atPath: path, withDestinationPath: target)
                words = "is a symbolic link"
            }
            for refusal in Self.refusals(backup, master, world.place) {
                #expect(refusal.hasPrefix("the backup's file '\(name)' \(words)"), "\(refusal)")
            }
        }
    }

    @Test("A file that is shorter, longer, other or away is refused, at whatever byte it was cut")
    func damaged() async throws {
        try await Self.withBackup { world, backup, master in
            let names = try Self.files.contentsOfDirectory(atPath: backup)
            #expect(names.count >= 5)
            for name in names {
                let whole = try Data(contentsOf: URL(fileURLWithPath: "\(backup)/\(name)"))
                var flipped = whole
                flipped[whole.count / 2] ^= 1
                let cuts = [0, 1, 511, 512, 4096, whole.count / 2, whole.count - 1].filter { $0 < whole.count }
                for changed in cuts.map({ whole.prefix($0) }) + [whole + [0], flipped] {
                    try changed.write(to: URL(fileURLWithPath: "\(backup)/\(name)"))
                    #expect(
                        !Self.refusals(backup, master, world.place).contains("nothing"),
                        "\(name), \(changed.count)"
                    )
                }
                unlink("\(backup)/\(name)")
                #expect(!Self.refusals(backup, master, world.place).contains("nothing"), "\(name) is away")
                try whole.write(to: URL(fileURLWithPath: "\(backup)/\(name)"))
            }
            try Restore(from: backup, master: master).verify()
        }
    }

    @Test("A manifest that never ends is read no further than a manifest can be")
    func hugeManifest() async throws {
        try await Self.withBackup { world, backup, master in
            #expect(truncate("\(backup)/manifest.json", 1 << 40) == 0)
            for refusal in Self.refusals(backup, master, world.place) {
                #expect(refusal == "the backup's file 'manifest.json' has more bytes than it may have")
            }
        }
    }

    // MARK: - One in the other

    @Test(
        "A backup does not go into the data that it is of, however that is written",
        arguments: ["data", "data/", "data/backup", "data/backup/", "data/../data/b", "link/b", "data/new/deeper"]
    )
    func intoTheData(target: String) async throws {
        try await Self.withBackup { world, _, master in
            try Self.files.createSymbolicLink(atPath: world.place + "/link", withDestinationPath: world.data)
            let before = try Self.files.contentsOfDirectory(atPath: world.data).sorted()
            let error = #expect(throws: EngineError.self) {
                try Backup.make(of: world.data, master: master, to: "\(world.place)/\(target)")
            }
            #expect(error?.message.contains("lie one in the other") == true, "\(error?.message ?? "")")
            #expect(try Self.files.contentsOfDirectory(atPath: world.data).sorted() == before)
        }
    }

    @Test(
        "Nor a restore into the backup that it is from, nor around it",
        arguments: ["backup", "backup/", "backup/data", "backup/../backup/data", "link/data", "."]
    )
    func intoTheBackup(target: String) async throws {
        try await Self.withBackup { world, backup, master in
            try Self.files.createSymbolicLink(atPath: world.place + "/link", withDestinationPath: backup)
            let before = try Self.files.contentsOfDirectory(atPath: backup).sorted()
            let restore = try Restore(from: backup, master: master)
            let error = #expect(throws: EngineError.self) {
                try restore.run(into: "\(world.place)/\(target)", isThorough: false)
            }
            #expect(error?.message.contains("lie one in the other") == true, "\(error?.message ?? "")")
            #expect(try Self.files.contentsOfDirectory(atPath: backup).sorted() == before)
        }
    }

    @Test("Beside each other is apart, also where one name begins with the other's")
    func apart() async throws {
        try await Self.withBackup { world, backup, master in
            _ = try Backup.make(of: world.data, master: master, to: world.data + "-backup/")
            _ = try Restore(from: backup, master: master).run(into: backup + "-data", isThorough: false)
            // A link to a folder elsewhere is that folder.
            try Self.files.createDirectory(atPath: world.place + "/disk", withIntermediateDirectories: false)
            try Self.files.createSymbolicLink(
                atPath: world.place + "/mounted",
                withDestinationPath: world.place + "/disk"
            )
            _ = try Restore(from: backup, master: master).run(into: world.place + "/mounted", isThorough: false)
            #expect(Self.files.fileExists(atPath: world.place + "/disk/control.db"))
        }
    }
}
