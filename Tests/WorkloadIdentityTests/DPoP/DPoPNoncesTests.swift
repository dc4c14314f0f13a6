// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import Testing
import WorkloadIdentity

struct DPoPNoncesTests {
    @Test("Good in its window and the next, for a minute and forty seconds each")
    func windows() throws {
        let nonces = try ProofForge.nonces()
        let nonce = nonces.nonce(at: NumericDate(seconds: 1_000_050))
        #expect(nonce.utf8.count == 24)
        for (second, isGood) in [
            (999_999, false), (1_000_000, true), (1_000_099, true), (1_000_100, true), (1_000_199, true),
            (1_000_200, false),
        ] as [(Int64, Bool)] {
            #expect(nonces.accepts(nonce, at: NumericDate(seconds: second)) == isGood, "\(second)")
        }
    }

    @Test("Another node, start or key gives other nonces")
    func bindings() throws {
        let now = ProofForge.now
        let nonces = try ProofForge.nonces()
        let nonce = nonces.nonce(at: now)
        #expect(try ProofForge.nonces().accepts(nonce, at: now))
        #expect(try !ProofForge.nonces(node: "node-2").accepts(nonce, at: now))
        #expect(try !ProofForge.nonces(startedAt: NumericDate(seconds: 900_001)).accepts(nonce, at: now))
        let fraction = NumericDate(seconds: 900_000, nanoseconds: 1)
        #expect(try !ProofForge.nonces(startedAt: fraction).accepts(nonce, at: now))
        #expect(try !ProofForge.nonces(keyByte: 8).accepts(nonce, at: now))
    }

    @Test("No changed, cut or lengthened nonce is good")
    func mutations() throws {
        let nonces = try ProofForge.nonces()
        let nonce = Array(nonces.nonce(at: ProofForge.now).utf8)
        for place in nonce.indices {
            var changed = nonce
            changed[place] = changed[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(!nonces.accepts(String(decoding: changed, as: UTF8.self), at: ProofForge.now))
            #expect(!nonces.accepts(String(decoding: nonce[..<place], as: UTF8.self), at: ProofForge.now))
        }
        for extra in ["A", "=", "\n", "AAAA"] {
            #expect(!nonces.accepts(String(decoding: nonce, as: UTF8.self) + extra, at: ProofForge.now))
        }
    }

    @Test func bounds() {
        func refuses(_ make: () throws -> DPoPNonces) { #expect(throws: WorkloadIdentityError.self) { try make() } }
        let key = [UInt8](repeating: 1, count: 32)
        let start = NumericDate(seconds: 0)
        refuses { try DPoPNonces(key: Array(key.dropLast()), node: "n", startedAt: start) }
        refuses { try DPoPNonces(key: key, node: "", startedAt: start) }
        refuses { try DPoPNonces(key: key, node: String(repeating: "n", count: 256), startedAt: start) }
        refuses { try DPoPNonces(key: key, node: "n", startedAt: start, windowSeconds: 9) }
        refuses { try DPoPNonces(key: key, node: "n", startedAt: start, windowSeconds: 601) }
        // The first window of all has none before it.
        let nonces = try? DPoPNonces(key: key, node: "n", startedAt: start)
        #expect(nonces?.accepts(nonces?.nonce(at: start) ?? "", at: start) == true)
    }
}
