// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import WorkloadIdentity

struct IPAddressTests {
    @Test(
        "Canonical spelling",
        arguments: [
            ("1.2.3.4", "1.2.3.4"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"), ("::", "::"),
            ("::1", "::1"),
            ("1::", "1::"), ("2001:DB8::1", "2001:db8::1"), ("2001:0db8:0:0:0:0:0:1", "2001:db8::1"),
            ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
            ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("0:0:0:0:0:0:0:0", "::"), ("fe80::1:2", "fe80::1:2"),
            ("::ffff:10.0.0.1", "10.0.0.1"), ("::ffff:a00:1", "10.0.0.1"), ("64:ff9b::192.0.2.1", "64:ff9b::c000:201"),
            ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
            ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
        ]
    )
    func canonical(_ text: String, _ expected: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.description == expected)
        #expect(IPAddress(expected) == address)
        #expect(IPAddress(bytes: address.bytes) == address)
    }

    @Test(
        "No address",
        arguments: [
            "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.04", "0x7f.0.0.1", "1.2.3.4 ", " 1.2.3.4",
            "1.2.3.4\n", "1..3.4",
            ".1.2.3", "1.2.3.", "+1.2.3.4", "-1.2.3.4", "127.1", "2130706433", "1.2.3.4/8", ":", ":::", "1:", ":1",
            "1::2::3", "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "12345::", "g::", "::1%eth0", "[::1]",
            "1.2.3.4::", "::1.2.3.4:5",
            "::1.2.3", "::1.2.3.256", "1:2:3:4:5:6:7:1.2.3.4", "::-1", "\u{661}.2.3.4", "1::2:", ":1::2", "::1:",
            "1:::2",
        ]
    )
    func refused(_ text: String) { #expect(IPAddress(text) == nil) }

    @Test("Every address survives its spelling")
    func roundTrips() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let mask: UInt64 =
                .random(in: .min ... .max, using: &generator) & .random(in: .min ... .max, using: &generator)
            let address = IPAddress(v6High: mask & .random(in: .min ... .max, using: &generator), low: mask)
            #expect(IPAddress(address.description) == address, "\(address)")
            let short = IPAddress(v4: .random(in: .min ... .max, using: &generator))
            #expect(IPAddress(short.description) == short && IPAddress(bytes: short.bytes) == short)
        }
    }

    @Test("Agrees with the system's parser on random texts")
    func agreesWithInetPton() {
        var generator = SeededGenerator("addresses")
        let pieces = [
            "::", ":", "1", "0", "ffff", "10.1.2.3", "255", ".", "abcd", "00", "256", "12345", "g", "7:8",
            "1:2:3:4:5:6", "::ffff:",
        ]
        var accepted = 0
        for _ in 0..<20000 {
            let text = (0..<Int.random(in: 1...7, using: &generator))
                .map { _ in pieces[Int.random(in: pieces.indices, using: &generator)] }.joined()
            var bytes = [UInt8](repeating: 0, count: 16)
            let v6 = unsafe inet_pton(AF_INET6, text, &bytes) == 1
            let long = IPAddress(bytes: bytes)
            let v4 = unsafe inet_pton(AF_INET, text, &bytes) == 1
            let expected = v6 ? long : v4 ? IPAddress(bytes: bytes.prefix(4)) : nil
            #expect(IPAddress(text) == expected, "\(text) seed \(generator.seed)")
            if expected != nil { accepted += 1 }
        }
        #expect(accepted > 100)
    }

    @Test func wrongByteCounts() {
        for count in [0, 1, 3, 5, 8, 15, 17] { #expect(IPAddress(bytes: [UInt8](repeating: 0, count: count)) == nil) }
    }
}
