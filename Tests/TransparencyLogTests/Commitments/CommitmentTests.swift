// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Testing
import TransparencyLog

struct CommitmentTests {
    @Test func formula() throws {
        let salt = try #require(LeafSalt(bytes: 0..<32))
        let body = utf8("{\"a\":1}")
        let input = utf8("safeconduct.dev/leaf/v1\n") + Array(0..<32) + body
        let commitment = LeafCommitment(salt: salt, body: body)
        #expect(commitment.entry == Array(SHA256.hash(data: input)))
        #expect(commitment.leafHash.bytes == Array(SHA256.hash(data: [0] + commitment.entry)))
        #expect(commitment.leafHash == MerkleTree.leafHash(of: commitment.entry))
        #expect(LeafCommitment(entry: commitment.entry) == commitment)
        #expect(LeafCommitment(commitment.value) == commitment)
        #expect(LeafCommitment(entry: commitment.entry.dropLast()) == nil)
    }

    @Test func opensOnlyToItsOwn() throws {
        let salt = LeafSalt.random()
        let commitment = LeafCommitment(salt: salt, body: utf8("body"))
        #expect(commitment.opens(salt: salt, body: utf8("body")))
        #expect(!commitment.opens(salt: salt, body: utf8("bodY")))
        #expect(!commitment.opens(salt: salt, body: []))
        for bit in 0..<256 {
            var bytes = salt.bytes
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!commitment.opens(salt: try #require(LeafSalt(bytes: bytes)), body: utf8("body")))
        }
    }

    @Test func saltsAreFreshAndSilent() throws {
        let salts = (0..<100).map { _ in LeafSalt.random() } + LeafSalt.random(count: 50)
        #expect(Set(salts).count == 150)
        var dumped = ""
        dump(salts[0], to: &dumped)
        dumped += "\(salts[0])" + String(reflecting: salts[0])
        #expect(!dumped.contains(try #require(Hash32(bytes: salts[0].bytes)).description))
        #expect(!dumped.contains("Hash32"))
        for count in [0, 31, 33] {
            #expect(LeafSalt(bytes: [UInt8](repeating: 0, count: count)) == nil)
        }
        #expect(LeafSalt(bytes: salts[1].bytes) == salts[1])
    }

    @Test func hashesReadAndWrite() throws {
        let hash = try #require(Hash32(bytes: 0..<32))
        #expect(hash.bytes == Array(0..<32))
        #expect(Hash32(base64: hash.base64) == hash)
        #expect(hash.description == "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
        #expect(Hash32(bytes: 0..<31) == nil && Hash32(bytes: 0..<33) == nil)
        #expect(Hash32(base64: "") == nil && Hash32(base64: String(repeating: "A", count: 44)) == nil)
        #expect(Hash32().bytes == [UInt8](repeating: 0, count: 32))
        #expect(MerkleTree.emptyRoot.description == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }
}
