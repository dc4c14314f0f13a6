// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import JOSE
import StrictJSON
import Testing
import WorkloadIdentity

struct StatusListTests {
    private func list(_ bits: Int, _ statuses: [UInt8]) throws -> StatusList {
        var list = try StatusList(bits: bits, count: statuses.count)
        for (index, status) in statuses.enumerated() { try list.set(TokenStatus(rawValue: status), at: index) }
        return list
    }

    @Test("The examples of the draft, section 4, by their bytes and their text")
    func draftExamples() throws {
        let one = try list(1, [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1])
        #expect(try StatusList(bits: 1, encoded: "eNrbuRgAAhcBXQ") == one)
        let two = try list(2, [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3])
        #expect(try StatusList(bits: 2, encoded: "eNo76fITAAPfAgc") == two)
        #expect(try StatusList(bits: 1, encoded: one.encoded()) == one)
        #expect(try StatusList(bits: 2, encoded: two.encoded()) == two)
        // Least significant bits first: 0xB9 is the first byte of the one, 0xC9 of the other.
        #expect(try Zlib.decompress(#require(Base64URL.decode(one.encoded())), maximumBytes: 2) == [0xB9, 0xA3])
        #expect(try Zlib.decompress(#require(Base64URL.decode(two.encoded())), maximumBytes: 3) == [0xC9, 0x44, 0xF9])
    }

    @Test("Each width keeps each entry to itself", arguments: [1, 2, 4, 8])
    func widths(_ bits: Int) throws {
        var generator = SeededGenerator("StatusList \(bits)")
        var list = try StatusList(bits: bits, count: 101)
        #expect(list.count >= 101 && list.count % (8 / bits) == 0 && list.count < 101 + 8 / bits)
        var model = [UInt8](repeating: 0, count: list.count)
        for _ in 0..<1000 {
            let index = Int.random(in: 0..<list.count, using: &generator)
            let status = UInt8.random(in: 0...UInt8(1 << bits - 1), using: &generator)
            try list.set(TokenStatus(rawValue: status), at: index)
            model[index] = status
        }
        #expect(model.indices.allSatisfy { list.status(at: $0)?.rawValue == model[$0] })
        let read = try StatusList(bits: bits, encoded: list.encoded())
        #expect(read == list)
        for index in [-1, list.count, .max, .min] {
            #expect(list.status(at: index) == nil)
            #expect(throws: WorkloadIdentityError.self) { try list.set(.valid, at: index) }
        }
        if bits < 8 {
            #expect(throws: WorkloadIdentityError.self) { try list.set(TokenStatus(rawValue: 1 << UInt8(bits)), at: 0) }
        }
    }

    @Test func refused() throws {
        for bits in [-1, 0, 3, 5, 16, .max] {
            #expect(throws: WorkloadIdentityError.self) { try StatusList(bits: bits, count: 8) }
            #expect(throws: WorkloadIdentityError.self) { try StatusList(bits: bits, encoded: "eNrbuRgAAhcBXQ") }
        }
        for count in [0, -1, .max, StatusList.maximumBytes * 8 + 1] {
            #expect(throws: WorkloadIdentityError.self) { try StatusList(bits: 1, count: count) }
        }
        for text in ["", "eNrbuRgAAhcBXQ==", "eNrbuRgAAhcBX", "eNoDAAAAAAE", "!"] {
            #expect(throws: WorkloadIdentityError.self) { try StatusList(bits: 1, encoded: text) }
        }
        #expect(throws: WorkloadIdentityError.self) {
            try StatusList(bits: 1, encoded: "eNrbuRgAAhcBXQ", maximumBytes: 1)
        }
    }

    @Test("A sparse list is about as small as zlib makes it")
    func size() throws {
        var generator = SeededGenerator(seed: 11, "sparse")
        var list = try StatusList(bits: 1, count: 100_000)
        for _ in 0..<1000 {
            try list.set(.invalid, at: Int.random(in: 0..<100_000, using: &generator))
        }
        // zlib at level 9 takes 1,430 to 1,450 bytes for such a list.
        let stream = try #require(Base64URL.decode(list.encoded()))
        #expect(stream.count < 1600, "\(stream.count) bytes")
    }

    static let data: URL = {
        let environment = ProcessInfo.processInfo.environment["SAFECONDUCT_DATA"]
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let root =
            environment.map { URL(fileURLWithPath: $0) }
            ?? package.deletingLastPathComponent().appendingPathComponent("shared/data")
        return root.appendingPathComponent("identity/statuslist/status_lists.json")
    }()

    @Test(
        "The draft's appendix",
        .enabled(if: FileManager.default.fileExists(atPath: data.path), "the shared data is absent")
    )
    func appendix() throws {
        let cases = try #require(try JSONValue(parsing: [UInt8](Data(contentsOf: Self.data))).arrayValue)
        #expect(!cases.isEmpty)
        for item in cases {
            let name = item["name"]?.stringValue ?? "?"
            let bits = try #require(item["bits"]?.integerValue.flatMap { Int(exactly: $0) })
            let encoded = try #require(item["lst"]?.stringValue)
            let expected = try #require(item["nonZero"]?.objectValue)
            let list = try StatusList(bits: bits, encoded: encoded)
            #expect(list.count == Int(item["entries"]?.integerValue ?? 0), "\(name)")
            var rebuilt = try StatusList(bits: bits, count: list.count)
            for member in expected {
                let index = try #require(Int(member.key))
                let status = TokenStatus(rawValue: UInt8(member.value.integerValue ?? 0))
                #expect(list.status(at: index) == status, "\(name) \(index)")
                try rebuilt.set(status, at: index)
            }
            #expect(rebuilt == list, "\(name)")
            #expect(try StatusList(bits: bits, encoded: rebuilt.encoded()) == list, "\(name)")
            print("\(name): \(rebuilt.encoded().utf8.count) characters, in the draft \(encoded.utf8.count)")
        }
    }
}
