// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import WorkloadIdentity

struct AddressClassTests {
    @Test(
        "The first and last address of each registered block, and their neighbours",
        arguments: [
            ("0.0.0.0", "unspecified"), ("0.255.255.255", "unspecified"), ("1.0.0.0", "global"), ("8.8.8.8", "global"),
            ("9.255.255.255", "global"), ("10.0.0.0", "private_use"), ("10.255.255.255", "private_use"),
            ("11.0.0.0", "global"),
            ("100.63.255.255", "global"), ("100.64.0.0", "shared_address"), ("100.100.100.200", "shared_address"),
            ("100.127.255.255", "shared_address"), ("100.128.0.0", "global"), ("126.255.255.255", "global"),
            ("127.0.0.1", "loopback"),
            ("127.255.255.255", "loopback"), ("128.0.0.0", "global"), ("169.253.255.255", "global"),
            ("169.254.0.0", "link_local"),
            ("169.254.169.254", "link_local"), ("169.255.0.0", "global"), ("172.15.255.255", "global"),
            ("172.16.0.0", "private_use"),
            ("172.31.255.255", "private_use"), ("172.32.0.0", "global"), ("192.0.0.0", "reserved"),
            ("192.0.0.192", "reserved"),
            ("192.0.1.0", "global"), ("192.0.2.1", "documentation"), ("192.88.99.1", "reserved"),
            ("192.167.255.255", "global"),
            ("192.168.0.0", "private_use"), ("192.168.255.255", "private_use"), ("192.169.0.0", "global"),
            ("198.17.255.255", "global"),
            ("198.18.0.0", "benchmarking"), ("198.19.255.255", "benchmarking"), ("198.20.0.0", "global"),
            ("198.51.100.9", "documentation"),
            ("203.0.113.9", "documentation"), ("223.255.255.255", "global"), ("224.0.0.1", "multicast"),
            ("239.255.255.255", "multicast"),
            ("240.0.0.0", "reserved"), ("255.255.255.255", "reserved"),
        ]
    )
    func v4(_ text: String, _ expected: String) throws {
        #expect(try #require(IPAddress(text)).addressClass.rawValue == expected)
        // The same address in every form that carries it to the same place.
        let mapped = try #require(IPAddress("::ffff:\(text)"))
        #expect(mapped == IPAddress(text))
        let translated = try #require(IPAddress("64:ff9b::\(text)"))
        #expect(translated.addressClass.rawValue == expected)
        let bytes = try #require(IPAddress(text)).bytes
        let relayed = try #require(IPAddress(bytes: [0x20, 0x02] + bytes + [UInt8](repeating: 0, count: 9) + [1]))
        #expect(relayed.addressClass.rawValue == expected)
        let tunnelled = try #require(IPAddress("2600:1:2:3:0:5efe:\(text)"))
        #expect(tunnelled.addressClass.rawValue == expected)
    }

    @Test(arguments: [
        ("::", "unspecified"), ("::1", "loopback"), ("::7f00:1", "loopback"), ("::808:808", "global"),
        ("::1:0:0:0", "reserved"),
        ("fc00::", "unique_local"), ("fdff::1", "unique_local"), ("fe80::1", "link_local"), ("febf::1", "link_local"),
        ("fec0::1", "unique_local"), ("ff02::1", "multicast"), ("fb00::1", "reserved"), ("fe00::1", "reserved"),
        ("64:ff9b:1::1", "private_use"), ("64:ff9b:1:ffff::1", "private_use"), ("64:ff9b:2::1", "reserved"),
        ("64:ff9b::1:0:0", "reserved"),
        ("100::1", "reserved"), ("2001::1", "reserved"), ("2001:0:4136:e378:8000:63bf:3fff:fdd2", "reserved"),
        ("2001:2::1", "benchmarking"),
        ("2001:2:1::1", "reserved"), ("2001:20::1", "reserved"), ("2001:1ff::1", "reserved"), ("2001:200::1", "global"),
        ("2001:db8::1", "documentation"), ("2001:4860:4860::8888", "global"), ("2002:7f00:1::", "loopback"),
        ("2002:a00:1::1", "private_use"),
        ("2606:4700:4700::1111", "global"), ("3ffe::1", "reserved"), ("3fff::1", "documentation"),
        ("3fff:fff::1", "documentation"),
        ("3fff:1000::1", "global"), ("4000::1", "reserved"), ("1fff::1", "reserved"), ("5f00::1", "reserved"),
        ("2600::200:5efe:a00:1", "private_use"),
    ])
    func v6(_ text: String, _ expected: String) throws {
        #expect(try #require(IPAddress(text)).addressClass.rawValue == expected)
    }

    @Test("Outbound connections go to global addresses and to configured blocks")
    func outbound() throws {
        let strict = OutboundAddresses()
        let open = OutboundAddresses(allowing: [
            try AddressBlock("127.0.0.0/8"), try AddressBlock("::1"), try AddressBlock("fd00:1::/32"),
        ])
        let cases: [(String, AddressClass?, AddressClass?)] = [
            ("8.8.8.8", nil, nil), ("127.0.0.1", .loopback, nil), ("::1", .loopback, nil),
            ("::ffff:127.0.0.1", .loopback, nil),
            ("10.0.0.1", .privateUse, .privateUse), ("fd00:1:2::3", .uniqueLocal, nil),
            ("fd00:2::3", .uniqueLocal, .uniqueLocal),
            ("169.254.169.254", .linkLocal, .linkLocal),
            // Allowing a block does not allow the embeddings of its addresses.
            ("64:ff9b::127.0.0.1", .loopback, .loopback), ("2002:7f00:1::1", .loopback, .loopback),
        ]
        for (text, first, second) in cases {
            let address = try #require(IPAddress(text))
            #expect(strict.refusal(of: address) == first, "\(text)")
            #expect(open.refusal(of: address) == second, "\(text)")
        }
    }
}
