// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import Synchronization
import Testing
import WorkloadIdentity

@testable import Safeconduct

/// The keys of issuers that are real servers, decent and hostile.
@Suite(.timeLimit(.minutes(5))) struct IssuerKeysOverHTTPTests {
    /// A server with a discovery document and a key set.
    private func issuer(_ keySet: @escaping @Sendable () -> String) async throws -> LoopbackServer {
        try await LoopbackServer { head in
            let fields = "Content-Type: application/json\r\nCache-Control: max-age=600\r\n"
            guard head.hasPrefix("GET /.well-known/openid-configuration ") else {
                return .send(LoopbackServer.response(keySet(), fields: fields))
            }
            let host = head.split(separator: "\r\n").first { $0.hasPrefix("Host: ") }.map { $0.dropFirst(6) } ?? ""
            let document = #"{"issuer":"http://\#(host)","jwks_uri":"http://\#(host)/jwks"}"#
            return .send(LoopbackServer.response(document, fields: fields))
        }
    }

    private func keys(time: Duration = .seconds(60)) -> IssuerKeys {
        var limits = OutboundLimits()
        limits.time = time
        return IssuerKeys(outbound: GuardedClient(addresses: OutboundAddresses(), limits: limits))
    }

    @Test func discoveryKeysAndRotation() async throws {
        let current = Mutex(TestKeys.set("a"))
        let server = try await issuer { current.withLock { $0 } }
        let keys = keys()
        let url = "http://127.0.0.1:\(server.port)"
        let calls = (0..<100).map { _ in Task { try await keys.ids(url, kid: "a") } }
        for call in calls { #expect(try await call.value == ["a"]) }
        #expect(server.connections == 2)
        current.withLock { $0 = TestKeys.set("b") }
        #expect(try await keys.ids(url, kid: "b") == ["b"])
        #expect(try await keys.ids(url, kid: "c") == ["b"])
        #expect(server.connections == 4)
        await server.close()
    }

    @Test func hangingIssuerDelaysNobodyElse() async throws {
        let hanging = try await LoopbackServer { _ in .hang }
        let decent = try await issuer { TestKeys.set("a") }
        let keys = keys(time: .seconds(3))
        let stuck = (0..<100).map { _ in Task { try await keys.ids("http://127.0.0.1:\(hanging.port)") } }
        while hanging.requests.isEmpty { await Task.yield() }
        #expect(try await keys.ids("http://127.0.0.1:\(decent.port)") == ["a"])
        // The other's fetch was still hanging all the while: nobody who waits for it has been answered.
        #expect(hanging.connections == 1)
        for call in stuck { #expect(try await call.value == ["!issuer_timeout"]) }
        #expect(hanging.connections == 1)
        await hanging.close()
        await decent.close()
    }

    @Test(arguments: [
        ("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n", "!issuer_status"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 10485760\r\n\r\n", "!issuer_hostile"),
        ("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nxx", "!issuer_hostile"),
        ("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>", "!issuer_discovery"),
        ("not HTTP", "!issuer_hostile"),
    ]) func hostileServer(response: String, code: String) async throws {
        let server = try await LoopbackServer(sending: response)
        let keys = keys()
        let url = "http://127.0.0.1:\(server.port)"
        #expect(try await keys.ids(url) == [code])
        #expect(try await keys.ids(url) == [code])
        #expect(server.connections == 1)
        await server.close()
    }

    @Test func tenMegabytesOfKeys() async throws {
        let body = #"{"keys":["# + String(repeating: #"{"kty":"EC"},"#, count: 800_000) + "{}]}"
        let server = try await issuer { body }
        #expect(try await keys(time: .seconds(60)).ids("http://127.0.0.1:\(server.port)") == ["!issuer_hostile"])
        await server.close()
    }

    @Test func documentsThatSendTheClientInside() async throws {
        // An issuer elsewhere whose document names this machine: the connection is what is refused.
        let inside = try await LoopbackServer(sending: TestKeys.set("a"))
        let client = GuardedClient(addresses: OutboundAddresses())
        let documents = ScriptedDocuments { [port = inside.port] url, before in
            if before == 0 {
                return .text(#"{"issuer":"https://issuer.example","jwks_uri":"https://127.0.0.1:\#(port)/"}"#)
            }
            guard let location = try? HTTPLocation(url) else { return .down }
            return await client.document(OutboundRequest(location: location))
        }
        let keys = IssuerKeys(outbound: documents)
        #expect(try await keys.ids("https://issuer.example") == ["!issuer_refused_address"])
        #expect(inside.connections == 0)
        await inside.close()
    }
}
