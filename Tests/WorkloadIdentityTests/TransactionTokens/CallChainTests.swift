// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Crypto
import JOSE
import StrictJSON
import Testing
import WorkloadIdentity

struct CallChainTests {
    private let first = SigningKey.generate(.es256, keyID: "node-1")
    private let second = SigningKey.generate(.edDSA, keyID: "node-2")
    private let now = NumericDate(seconds: 1_000_000)

    private var keys: JWKSet { JWKSet([first.verificationKey, second.verificationKey]) }

    private func chain(_ workloads: [String], transaction: String = "t", domain: String = "d") throws -> CallChain {
        var chain = try CallChain(
            transaction: transaction,
            trustDomain: domain,
            workload: workloads.first ?? "",
            at: now,
            by: first
        )
        for (place, workload) in workloads.dropFirst().enumerated() {
            chain = try chain.appending(workload, at: now, by: place % 2 == 0 ? second : first)
        }
        return chain
    }

    private func read(
        _ claim: JSONValue,
        transaction: String = "t",
        domain: String = "d",
        keys: JWKSet? = nil
    ) throws -> CallChain {
        try CallChain(claim, transaction: transaction, trustDomain: domain, keys: keys ?? self.keys, allowing: .all)
    }

    private func refuses(_ claim: JSONValue, transaction: String = "t", domain: String = "d", keys: JWKSet? = nil) {
        #expect(throws: WorkloadIdentityError.self) {
            try read(claim, transaction: transaction, domain: domain, keys: keys)
        }
    }

    @Test("Each hop can be checked from the claim and the public keys alone")
    func roundTrip() throws {
        let chain = try chain(["a", "b", "c", "b"])
        let read = try read(chain.claim)
        #expect(read == chain && read.workloads == ["a", "b", "c", "b"])
        #expect(read.isExtension(of: chain) && chain.isExtension(of: read))
        refuses(chain.claim, transaction: "u")
        refuses(chain.claim, domain: "e")
        // Without the key of one hop the chain is not known to be true.
        refuses(chain.claim, keys: JWKSet([first.verificationKey]))
        refuses(
            chain.claim,
            keys: JWKSet([first.verificationKey, SigningKey.generate(.edDSA, keyID: "node-2").verificationKey])
        )
    }

    @Test("No hop can be left out, moved, doubled, exchanged or taken from elsewhere")
    func tampering() throws {
        let hops = try #require(try chain(["a", "b", "c", "d"]).claim.arrayValue)
        for gap in hops.indices.dropLast() {
            var fewer = hops
            fewer.remove(at: gap)
            refuses(.array(fewer))
            var swapped = hops
            swapped.swapAt(gap, gap + 1)
            refuses(.array(swapped))
            refuses(.array(Array(hops[...gap]) + [hops[gap]] + hops[(gap + 1)...]))
        }
        // A shorter chain is a chain; that it isn't the old one is what a replacement is held to.
        #expect(try read(.array(Array(hops.dropLast()))).workloads == ["a", "b", "c"])
        #expect(try !read(.array(Array(hops.dropLast()))).isExtension(of: read(.array(hops))))
        let others = try #require(try chain(["a", "x", "c", "d"]).claim.arrayValue)
        refuses(.array([hops[0], others[1], hops[2], hops[3]]))
        let foreign = try #require(try chain(["a", "b"], transaction: "u").claim.arrayValue)
        refuses(.array([hops[0], foreign[1]]))
        // The same statements signed anew are the same chain; at another moment they are others.
        let again = try chain(["a", "b", "c", "d"])
        #expect(try read(.array(hops)) == again)
        let later = try CallChain(
            transaction: "t",
            trustDomain: "d",
            workload: "a",
            at: now.advanced(bySeconds: 1),
            by: first
        )
        #expect(!again.isExtension(of: later))
    }

    @Test func bounds() throws {
        let eight = try chain(["1", "2", "3", "4", "5", "6", "7", "8"])
        #expect(eight.hops.count == CallChain.maximumHops)
        #expect(throws: WorkloadIdentityError.self) { try eight.appending("9", at: now, by: first) }
        let hops = try #require(eight.claim.arrayValue)
        refuses(.array(hops + [hops[7]]))
        refuses([])
        refuses("x")
        refuses([1])
        refuses([""])
        #expect(throws: WorkloadIdentityError.self) { try chain([""]) }
        #expect(throws: WorkloadIdentityError.self) { try chain([String(repeating: "w", count: 2049)]) }
        let names = (0..<8).map { "spiffe://trust.example/ns/payments/service-\($0)" }
        let size = try chain(names).claim.serialized().count
        print("a chain of eight SPIFFE ids: \(size) bytes")
        #expect(size < 8 * 520)
    }

    @Test("A clock that runs behind the node before doesn't turn hops around")
    func times() throws {
        let begun = try CallChain(transaction: "t", trustDomain: "d", workload: "a", at: now, by: first)
        let chain = try begun.appending("b", at: now.advanced(bySeconds: -5), by: second)
        #expect(try read(chain.claim).hops.map(\.issuedAt) == [now, now])
    }

    @Test("A second hop names the first, and never comes before it")
    func forgedSecondHop() throws {
        let begun = try chain(["a"]).claim.arrayValue ?? []
        let text = Array((begun.first?.stringValue ?? "").utf8)
        let signed = text[..<(text.lastIndex(of: UInt8(ascii: ".")) ?? 0)]
        let digest = Base64URL.string(Array(SHA256.hash(data: signed)))
        func claim(at second: Int64, previous: String) throws -> JSONValue {
            let claims = JSONObject([
                ("txn", "t"), ("aud", "d"), ("hop", 1), ("req_wl", "b"), ("iat", .integer(second)),
                ("prev", .string(previous)),
            ])
            let hop =
                try second.isMultiple(of: 2)
                ? first.sign(JSONValue.object(claims).serialized(), type: CallHop.type)
                : self.second.sign(JSONValue.object(claims).serialized(), type: CallHop.type)
            return .array(begun + [.string(String(decoding: hop, as: UTF8.self))])
        }
        #expect(try read(claim(at: 1_000_000, previous: digest)).workloads == ["a", "b"])
        #expect(try read(claim(at: 1_000_001, previous: digest)).workloads == ["a", "b"])
        refuses(try claim(at: 999_999, previous: digest))
        refuses(try claim(at: 1_000_000, previous: Base64URL.string(Array(SHA256.hash(data: text)))))
    }

    @Test("A hop of another kind, or with an undue member, is none")
    func forgedHops() throws {
        func hop(_ changes: [(String, JSONValue?)] = [], type: String = CallHop.type) throws -> JSONValue {
            var claims = JSONObject([
                ("txn", "t"), ("aud", "d"), ("hop", 0), ("req_wl", "a"), ("iat", 1_000_000),
            ])
            for (name, value) in changes { claims[name] = value }
            let signed = try first.sign(JSONValue.object(claims).serialized(), type: type)
            return [.string(String(decoding: signed, as: UTF8.self))]
        }
        #expect(try read(hop()).workloads == ["a"])
        refuses(try hop(type: "JWT"))
        refuses(try hop(type: TransactionToken.type))
        for changes in [
            [("txn", nil)], [("txn", "u")], [("aud", nil)], [("aud", ["d", "e"])], [("hop", 1)], [("hop", "0")],
            [("hop", nil)], [("prev", "AAAA")], [("prev", .null)], [("prev", 1)], [("req_wl", nil)], [("req_wl", "")],
            [("iat", nil)],
        ] as [[(String, JSONValue?)]] { refuses(try hop(changes)) }
    }
}
