// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import WorkloadIdentity

@testable import Safeconduct

/// Where the guarded client goes, and where not.
@Suite(.timeLimit(.minutes(5))) struct GuardedClientAddressTests {
    /// The servers count connections: a refusal that came after connecting would be too late.
    private func server() async throws -> LoopbackServer {
        try await LoopbackServer { _ in .send(LoopbackServer.response("here")) }
    }

    @Test(arguments: [
        ["127.0.0.1"], ["::1"], ["::ffff:127.0.0.1"], ["0.0.0.0"], ["10.1.2.3"], ["172.31.0.1"], ["192.168.1.1"],
        ["169.254.169.254"], ["fd00:ec2::254"], ["fe80::1"], ["100.100.100.200"], ["224.0.0.1"], ["255.255.255.255"],
        ["64:ff9b::7f00:1"], ["2002:7f00:1::1"], ["::7f00:1"],
        // A forbidden address beside good ones, whichever comes first.
        ["8.8.8.8", "127.0.0.1"], ["127.0.0.1", "8.8.8.8"], ["2001:4860:4860::8888", "::1"],
        ["8.8.8.8", "1.1.1.1", "9.9.9.9", "::ffff:10.0.0.1"],
    ]) func nameThatLeadsInside(addresses: [String]) async throws {
        let server = try await server()
        let client = GuardedClient(
            addresses: OutboundAddresses(),
            names: FixedNames(["issuer.example": addresses])
        )
        let result = try await client.text("https://issuer.example:\(server.port)/")
        #expect(result.failureName == "refused_address")
        #expect(server.connections == 0)
        await server.close()
    }

    @Test(arguments: ["https://127.0.0.1", "https://[::1]", "https://[::ffff:127.0.0.1]", "https://localhost"])
    func spellingsOfThisMachine(base: String) async throws {
        let server = try await server()
        let client = GuardedClient(addresses: OutboundAddresses())
        #expect(try await client.text("\(base):\(server.port)/").failureName == "refused_address")
        #expect(server.connections == 0)
        await server.close()
    }

    @Test func plainHTTPNeedsAdmissionAndLoopback() async throws {
        let server = try await server()
        let names = FixedNames(["localhost": ["127.0.0.1"], "inside.example": ["127.0.0.1"]])
        let client = GuardedClient(addresses: try .withLoopback(), names: names)
        let url = "http://localhost:\(server.port)/"
        #expect(try await client.text(url, allowingLoopbackHTTP: false).failureName == "refused_address")
        #expect(try await client.text("http://inside.example:\(server.port)/").failureName == "refused_address")
        #expect(server.connections == 0)
        #expect(try await client.text(url) == .success("here"))
        #expect(try await client.text("http://127.0.0.1:\(server.port)/") == .success("here"))
        await server.close()
    }

    @Test func localhostThatLeadsElsewhere() async throws {
        // Allowed for TLS, but not without.
        let addresses = try OutboundAddresses(allowing: [AddressBlock("10.0.0.0/8")])
        for elsewhere in [["10.0.0.1"], ["8.8.8.8"], ["127.0.0.1", "8.8.8.8"]] {
            let client = GuardedClient(addresses: addresses, names: FixedNames(["localhost": elsewhere]))
            #expect(try await client.text("http://localhost:9/").failureName == "refused_address")
        }
    }

    @Test func nameIsLookedUpOnceAndItsAddressUsed() async throws {
        let server = try await server()
        // A rebinding name: what a second lookup would find is another place.
        let names = FixedNames { _, before in before == 0 ? ["127.0.0.1"] : ["10.0.0.1"] }
        let client = GuardedClient(addresses: OutboundAddresses(), names: names)
        #expect(try await client.text("http://localhost:\(server.port)/a/b?c=d") == .success("here"))
        #expect(names.questions == ["localhost"])
        let head = try #require(server.requests.first).split(separator: "\r\n").map(String.init)
        #expect(head.first == "GET /a/b?c=d HTTP/1.1")
        #expect(head.contains("Host: localhost:\(server.port)"))
        #expect(head.contains("User-Agent: safeconduct"))
        #expect(head.contains("Accept-Encoding: identity"))
        #expect(!head.contains { $0.lowercased().hasPrefix("authorization") || $0.lowercased().hasPrefix("cookie") })
        await server.close()
    }

    @Test func nextAddressIsTriedWhenNothingListens() async throws {
        let server = try await server()
        let names = FixedNames(["localhost": ["127.9.9.9", "127.0.0.1"]])
        let client = GuardedClient(addresses: OutboundAddresses(), names: names)
        #expect(try await client.text("http://localhost:\(server.port)/") == .success("here"))
        await server.close()
    }

    @Test func namesWithoutOrWithTooManyAddresses() async throws {
        let many = (1...65).map { "8.8.8.\($0)" }
        let client = GuardedClient(addresses: OutboundAddresses(), names: FixedNames(["many.example": many]))
        #expect(try await client.text("https://none.example/").failureName == "unreachable")
        #expect(try await client.text("https://many.example/").failureName == "refused_address")
    }

    @Test func closedPort() async throws {
        // No port that was free a moment ago: another test may have taken it. Nobody is given port 1.
        let client = GuardedClient(addresses: OutboundAddresses())
        #expect(try await client.text("http://127.0.0.1:1/").failureName == "unreachable")
    }

    @Test func silentNameServer() async throws {
        var limits = OutboundLimits()
        limits.time = .milliseconds(100)
        let client = GuardedClient(addresses: OutboundAddresses(), limits: limits, names: SilentNames())
        #expect(try await client.text("https://issuer.example/").failureName == "timeout")
    }
}
