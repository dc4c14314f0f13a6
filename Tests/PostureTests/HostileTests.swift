// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Posture

@Suite("Documents that mean harm")
struct HostileTests {
    static func refusal(_ text: String, limits: DocumentLimits = .standard) -> PostureError? {
        do throws(PostureError) {
            _ = try ApiDocument(parsing: Array(text.utf8), limits: limits)
            return nil
        } catch {
            return error
        }
    }

    @Test("A few lines of aliases of aliases come to too many values")
    func aliasBomb() {
        var text = "openapi: 3.1.0\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<20 {
            let list = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(list)]\n"
        }
        #expect(Self.refusal(text + "paths: {}")?.code == .size)
        // The same with names, and with merge keys.
        var merged = "openapi: 3.1.0\na0: &a0 {x: 1}\n"
        for level in 1..<40 {
            merged +=
                "a\(level): &a\(level) {p: *a\(level - 1), q: *a\(level - 1), <<: [*a\(level - 1), *a\(level - 1)]}\n"
        }
        #expect(Self.refusal(merged + "paths: {}")?.code == .size)
    }

    @Test("Aliases of aliases deepen what they stand for")
    func aliasDepth() {
        var text = "openapi: 3.1.0\na0: &a0 [x]\n"
        for level in 1..<200 { text += "a\(level): &a\(level) [*a\(level - 1)]\n" }
        #expect(Self.refusal(text + "paths: {}")?.code == .depth)
    }

    @Test(
        "Nesting ends at its bound, in every form",
        arguments: [("[", "]"), ("{\"a\":", "}"), ("{a: ", "}"), ("- ", ""), ("a:\n ", "")]
    )
    func depth(open: String, close: String) {
        for count in [200, 20_000] {
            let text = String(repeating: open, count: count) + "1" + String(repeating: close, count: count)
            let error = Self.refusal(text)
            // A mapping that goes on in a line of its own without going deeper is no YAML; what counts is that it ends.
            #expect(error?.code == .depth || (open == "a:\n " && error?.code == .syntax), "\(error?.description ?? "")")
        }
    }

    @Test("References in circles, long chains and very many end")
    func references() throws {
        var text = "openapi: 3.1.0\npaths:\n"
        for index in 0..<5000 { text += "  /p\(index): {$ref: '#/paths/~1p\((index + 1) % 5000)'}\n" }
        let circle = try ApiDocument(parsing: Array(text.utf8))
        #expect(circle.operations.isEmpty)
        #expect(circle.remarks.count == 256)
        // Each of many paths refers to one that has very many parameters.
        text = "openapi: 3.1.0\npaths:\n"
        for index in 0..<5000 { text += "  /p\(index): {$ref: '#/components/pathItems/a'}\n" }
        let parameters = (0..<1000).map { "{name: n\($0), in: query}" }.joined(separator: ", ")
        text += "components: {pathItems: {a: {get: {parameters: [\(parameters)]}}}}\n"
        #expect(Self.refusal(text)?.code == .size)
        // One that refers to itself, as a parameter and as a scheme.
        text = "openapi: 3.1.0\npaths: {/a: {get: {parameters: [{$ref: '#/paths/~1a/get/parameters/0'}]}}}\n"
        text += "components: {securitySchemes: {a: {$ref: '#/components/securitySchemes/a'}}}\n"
        #expect(try ApiDocument(parsing: Array(text.utf8)).operations.count == 1)
    }

    @Test("A server's variables may not make an endless URL")
    func variables() throws {
        let url = String(repeating: "{a}", count: 500)
        let text = "openapi: 3.1.0\nservers: [{url: 'https://\(url)', variables: {a: {default: '\(url)'}}}]\npaths: {}"
        let document = try ApiDocument(parsing: Array(text.utf8))
        #expect(document.servers.isEmpty)
        #expect(document.remarks.map(\.place) == ["/servers/0"])
    }

    @Test(
        "Bytes that are no text are told as what they are",
        arguments: [
            ([0x7B, 0x00, 0x7D], "1:1: the document holds a NUL byte"), ([0xFF, 0xFE, 0x61, 0x00], "UTF-16"),
            ([0xFE, 0xFF, 0x00, 0x61], "UTF-16"), (Array("a: b\nc: ".utf8) + [0xC3, 0x28], "2:1: "),
            (Array("{\"a\": \"".utf8) + [0xED, 0xA0, 0x80] + Array("\"}".utf8), "1:8: the text is not UTF-8"),
            (Array("a: \u{1}".utf8), "control characters"), ([], "empty"), (Array(" \n\t ".utf8), "empty"),
        ] as [([UInt8], String)]
    )
    func encodings(bytes: [UInt8], words: String) {
        let error = #expect(throws: PostureError.self) { try ApiDocument(parsing: bytes) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }

    @Test("Bounds of bytes and values hold in both forms")
    func bounds() {
        let limits = DocumentLimits(maximumBytes: 2000, maximumDepth: 8, maximumValues: 100, maximumParts: 10)
        #expect(Self.refusal(String(repeating: "a", count: 2001), limits: limits)?.code == .size)
        #expect(Self.refusal("[" + String(repeating: "1,", count: 100) + "1]", limits: limits)?.code == .size)
        #expect(Self.refusal("- 1\n" + String(repeating: "- 1\n", count: 100), limits: limits)?.code == .size)
        let paths = (0..<6).map { "  /\($0): {get: {}}\n" }.joined()
        #expect(Self.refusal("openapi: 3.1.0\npaths:\n" + paths, limits: limits)?.code == .size)
        #expect(Self.refusal(String(repeating: "%TAG !a! b\n", count: 2000))?.code == .syntax)
    }

    @Test("Integers of any length are numbers, not crashes")
    func integers() throws {
        let digits = String(repeating: "9", count: 5000)
        for text in [
            "{\"openapi\": \"3.1.0\", \"x\": \(digits), \"paths\": {}}", "openapi: 3.1.0\nx: -\(digits)\npaths: {}\n",
        ] {
            #expect(try ApiDocument(parsing: Array(text.utf8)).operations.isEmpty)
        }
    }

    @Test("Damaged documents are refused or read the same each time, and never trap; with seed")
    func mutations() throws {
        var generator = SeededGenerator("damaged documents")
        let sources = try ["shop-3.json", "shop-3.yaml", "shop-2.json", "shop-2.yaml"].map { try Corpus.sample($0) }
        let pieces = [
            "$ref", "&a", "*a", "<<: *a", "[", "{", "}", "]", ": ", "- ", "\n", "\"", "'", "|", "#", "security", "null",
            "\t",
        ]
        .map { Array($0.utf8) }
        let limits = DocumentLimits(maximumBytes: 1 << 16, maximumDepth: 32, maximumValues: 4096, maximumParts: 4096)
        var (read, refused) = (0, 0)
        for _ in 0..<3000 {
            var bytes = sources.randomElement(using: &generator) ?? []
            for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<5, using: &generator) {
                case 0: bytes[place] = .random(in: .min ... .max, using: &generator)
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + 8))
                case 2: bytes.insert(contentsOf: pieces.randomElement(using: &generator) ?? [], at: place)
                case 3: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 40)], at: place)
                default: bytes.removeSubrange(max(1, place)...)
                }
            }
            do throws(PostureError) {
                let first = try ApiDocument(parsing: bytes, limits: limits)
                let second = try ApiDocument(parsing: bytes, limits: limits)
                #expect(first.operations == second.operations)
                #expect(first.summary.unsecured + first.summary.optional <= first.summary.operations)
                read += 1
            } catch {
                #expect(!error.message.isEmpty)
                refused += 1
            }
        }
        #expect(read > 0 && refused > 0)
    }
}
