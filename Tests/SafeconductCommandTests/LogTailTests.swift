// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import SafeconductCommand

@Suite("Following log files")
struct LogTailTests {
    /// A log in a directory of its own.
    private struct Log {
        let directory: String
        var path: String { directory + "/access.log" }
        var placeFile: String { directory + "/place" }

        func append(_ text: String) throws {
            if !FileManager.default.fileExists(atPath: path) {
                #expect(FileManager.default.createFile(atPath: path, contents: nil))
            }
            let file = try #require(FileHandle(forWritingAtPath: path))
            try file.seekToEnd()
            try file.write(contentsOf: Data(text.utf8))
            try file.close()
        }

        func rename(_ suffix: String) throws {
            try FileManager.default.moveItem(atPath: path, toPath: path + suffix)
        }

        func cut(to size: UInt64) throws {
            let file = try #require(FileHandle(forWritingAtPath: path))
            try file.truncate(atOffset: size)
            try file.close()
        }
    }

    private func withLog(_ body: (Log) throws -> Void) throws {
        let directory = NSTemporaryDirectory() + "tail-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try body(Log(directory: directory))
    }

    /// What there is to read now; `-` for a line that was too long.
    private func read(_ tail: LogTail) throws -> [String] {
        var lines: [String] = []
        while true {
            switch try tail.next() {
            case .line(let line): lines.append(String(decoding: line, as: UTF8.self))
            case .tooLong: lines.append("-")
            case .end: return lines
            }
        }
    }

    @Test("Only whole lines are given, however they are written")
    func whole() throws {
        try withLog { log in
            try log.append("a\nb\r\n\nhalf")
            let tail = try LogTail(log.path, from: nil)
            #expect(try read(tail) == ["a", "b", ""])
            #expect(tail.place?.offset == 6)
            try log.append(" done\nc")
            #expect(try read(tail) == ["half done"])
            try log.append("\n")
            #expect(try read(tail) == ["c"])
        }
    }

    @Test("A line that is too long is skipped, and the next one is whole", arguments: [65_537, 200_000])
    func long(length: Int) throws {
        try withLog { log in
            try log.append("a\n" + String(repeating: "x", count: length))
            let tail = try LogTail(log.path, from: nil)
            #expect(try read(tail) == ["a"])
            try log.append("tail\nb\n" + String(repeating: "y", count: 65_536) + "\n")
            #expect(try read(tail) == ["-", "b", String(repeating: "y", count: 65_536)])
        }
    }

    @Test("It goes on where it was: in the file, in one it was renamed to, and not in another")
    func places() throws {
        try withLog { log in
            try log.append("a\nb\n")
            var tail = try LogTail(log.path, from: nil)
            _ = try tail.next()
            let place = try #require(tail.place)
            try place.write(log.placeFile)
            #expect(try LogPlace.read(log.placeFile) == place)
            tail = try LogTail(log.path, from: place)
            #expect(try read(tail) == ["b"])
            try log.rename(".1")
            try log.append("c\n")
            tail = try LogTail(log.path, from: place)
            #expect(try read(tail) == ["b"])
            #expect(try tail.followRotation(isQuiet: false))
            #expect(try read(tail) == ["c"])
            // A file that happens to have the number of the old one is told by its beginning.
            var stranger = place
            stranger.head = LogPlace.Head(Array("z\n".utf8))
            #expect(try read(try LogTail(log.path, from: stranger)) == ["c"])
            for text in ["", "{}", #"{"inode":1,"offset":-1,"head_bytes":0,"head":"x"}"#, "not a place"] {
                try Data(text.utf8).write(to: URL(fileURLWithPath: log.placeFile))
                #expect(throws: CommandFailure.self, "\(text)") { try LogPlace.read(log.placeFile) }
            }
            #expect(try LogPlace.read(log.directory + "/none") == nil)
        }
    }

    @Test("A renamed file is read to its end, also what comes after its renaming")
    func rotation() throws {
        try withLog { log in
            try log.append("a\n")
            let tail = try LogTail(log.path, from: nil)
            #expect(try read(tail) == ["a"])
            #expect(try !tail.followRotation(isQuiet: true))
            try log.rename(".1")
            #expect(try !tail.followRotation(isQuiet: true), "there is no other file yet")
            let old = try #require(FileHandle(forWritingAtPath: log.path + ".1"))
            try log.append("c\n")
            #expect(try !tail.followRotation(isQuiet: false), "whoever writes may not know of the renaming yet")
            try old.seekToEnd()
            try old.write(contentsOf: Data("b\n".utf8))
            try old.close()
            #expect(try tail.followRotation(isQuiet: true))
            #expect(try read(tail) == ["b"])
            #expect(try tail.followRotation(isQuiet: true))
            #expect(try read(tail) == ["c"])
        }
    }

    @Test("Files that were begun and renamed while nobody looked are read in their order, and nothing else is")
    func severalRotations() throws {
        try withLog { log in
            try log.append("a\n")
            let tail = try LogTail(log.path, from: nil)
            #expect(try read(tail) == ["a"])
            let place = try #require(tail.place)
            // Newest first, as their numbers run; the clock of the file system ticks every few milliseconds.
            for (text, suffix) in [("b\n", ".3"), ("c\n", "-20261121"), ("d\n", ".1"), ("e\n", "")] {
                if suffix == ".3" { try log.rename(".4") }
                Thread.sleep(forTimeInterval: 0.02)
                try log.append(text)
                if !suffix.isEmpty { try log.rename(suffix) }
                // Compressed logs and places lie beside them.
                for other in [".2.gz", ".shipped", ".bak", ".", "-"] {
                    try Data("x\n".utf8).write(to: URL(fileURLWithPath: log.path + other))
                }
            }
            for tail in [tail, try LogTail(log.path, from: place)] {
                var lines: [String] = []
                for _ in 0..<20 {
                    lines += try read(tail)
                    _ = try tail.followRotation(isQuiet: true)
                }
                #expect(lines == ["b", "c", "d", "e"])
            }
        }
    }

    @Test("A file that was cut short is read from its beginning")
    func cut() throws {
        try withLog { log in
            try log.append("a\nb\n")
            let tail = try LogTail(log.path, from: nil)
            #expect(try read(tail) == ["a", "b"])
            let place = try #require(tail.place)
            try log.cut(to: 0)
            try log.append("c\n")
            #expect(try tail.followRotation(isQuiet: false))
            #expect(try read(tail) == ["c"])
            // The same while nobody looked.
            #expect(try read(try LogTail(log.path, from: place)) == ["c"])
        }
    }

    @Test("A log that is not there yet is waited for")
    func absent() throws {
        try withLog { log in
            let tail = try LogTail(log.path, from: nil)
            #expect(try read(tail).isEmpty)
            #expect(tail.place == nil)
            #expect(try !tail.followRotation(isQuiet: true))
            try log.append("a\n")
            #expect(try tail.followRotation(isQuiet: true))
            #expect(try read(tail) == ["a"])
        }
    }
}
