// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON
import Testing

@testable import SafeconductCommand

@Suite("Line by line over pipes")
struct BatchRunTests {
    /// Answers each line with its length, so that order and bytes both show.
    private static func lengths(_ input: [UInt8]) async throws -> [String] {
        var (inputPipe, outputPipe): ([Int32], [Int32]) = ([0, 0], [0, 0])
        try #require(pipe(&inputPipe) == 0 && pipe(&outputPipe) == 0)
        let (read, write) = (inputPipe[0], outputPipe[1])
        let (feed, drain) = (inputPipe[1], outputPipe[0])
        let feeding = Thread {
            _ = Console.write(input, to: feed)
            close(feed)
        }
        feeding.start()
        let answering = Thread {
            try? BatchRun.run(input: read, output: write) { Array("\($0.count)".utf8) }
            close(write)
        }
        answering.start()
        var answers: [String] = []
        var lines = LineReader(drain)
        while let line = try lines.next() {
            guard case .bytes(let bytes) = line else { continue }
            answers.append(String(decoding: bytes, as: UTF8.self))
        }
        close(drain)
        close(read)
        return answers
    }

    private static let tooLong =
        #"{"id":null,"error":{"code":"size","message":"the line has more than 1048576 bytes","line":1,"column":1}}"#

    @Test(
        "Ends of lines and of the input",
        arguments: [
            ("", []), ("\n", ["0"]), ("a", ["1"]), ("a\n", ["1"]), ("a\nbb", ["1", "2"]), ("a\r\nbb\r\n", ["1", "2"]),
            ("a\r\nbb\r", ["1", "2"]), ("\n\n\n", ["0", "0", "0"]), ("a\rb\n", ["3"]), ("\r\n", ["0"]),
            ("\r\r\n", ["1"]),
        ]
    )
    func ends(text: String, expected: [String]) async throws {
        #expect(try await Self.lengths(Array(text.utf8)) == expected)
    }

    @Test("Up to 1 MiB is a line; one byte more is answered and skipped, and the next line is read again")
    func hugeLines() async throws {
        let line = { (count: Int) in [UInt8](repeating: UInt8(ascii: "x"), count: count) }
        let limit = 1 << 20
        var input = line(3) + [0x0A] + line(limit) + [0x0A] + line(limit + 1) + [0x0A]
        input += line(limit) + [0x0D, 0x0A] + line(limit + 1) + [0x0D, 0x0A] + line(9 * limit) + [0x0A] + line(2)
        #expect(
            try await Self.lengths(input)
                == ["3", "\(limit)", Self.tooLong, "\(limit)", Self.tooLong, Self.tooLong, "2"]
        )
        #expect(try await Self.lengths(line(2 * limit)) == [Self.tooLong])
    }

    @Test("The answer to a line is there before the next line comes")
    func flushed() throws {
        var (inputPipe, outputPipe): ([Int32], [Int32]) = ([0, 0], [0, 0])
        try #require(pipe(&inputPipe) == 0 && pipe(&outputPipe) == 0)
        let (read, write) = (inputPipe[0], outputPipe[1])
        let answering = Thread {
            try? BatchRun.run(input: read, output: write) { $0.reversed() }
            close(write)
        }
        answering.start()
        var lines = LineReader(outputPipe[0])
        for word in ["one", "two", "three"] {
            #expect(Console.write(Array((word + "\n").utf8), to: inputPipe[1]))
            #expect(try lines.next() == .bytes(Array(word.utf8.reversed())))
        }
        close(inputPipe[1])
        #expect(try lines.next() == nil)
        close(outputPipe[0])
        close(read)
    }

    @Test("A reader that went away ends the run with an error")
    func readerGone() throws {
        signal(SIGPIPE, SIG_IGN)
        var (inputPipe, outputPipe): ([Int32], [Int32]) = ([0, 0], [0, 0])
        try #require(pipe(&inputPipe) == 0 && pipe(&outputPipe) == 0)
        #expect(Console.write(Array("a\n".utf8), to: inputPipe[1]))
        close(inputPipe[1])
        close(outputPipe[0])
        #expect(throws: CommandFailure.self) {
            try BatchRun.run(input: inputPipe[0], output: outputPipe[1]) { $0 }
        }
        close(inputPipe[0])
        close(outputPipe[1])
    }
}
