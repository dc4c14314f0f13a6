// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOSSL
import Testing
import WorkloadIdentity

@testable import Safeconduct

/// Which servers the guarded client believes.
@Suite(.timeLimit(.minutes(5))) struct GuardedClientTLSTests {
    private let body = LoopbackServer.response("secret")

    /// The result of asking a server of ours, by name, for its document.
    private func ask(
        _ tls: NIOSSLContext,
        trusting authority: TestAuthority?,
        host: String = "issuer.example"
    ) async throws -> Result<String, OutboundFailure> {
        let body = body
        let server = try await LoopbackServer(tls: tls) { _ in .send(body) }
        let client = GuardedClient(
            addresses: try .withLoopback(),
            roots: try authority?.roots() ?? .system,
            names: FixedNames(["issuer.example": ["127.0.0.1"]])
        )
        let result = try await client.text("https://\(host):\(server.port)/")
        if case .failure = result { #expect(server.requests.isEmpty, "the request was sent all the same") }
        await server.close()
        return result
    }

    @Test func authorityFromConfiguration() async throws {
        let authority = try TestAuthority()
        let result = try await ask(authority.server(names: ["issuer.example"]), trusting: authority)
        #expect(result == .success("secret"))
    }

    @Test func addressInCertificate() async throws {
        let authority = try TestAuthority()
        let here = try authority.server(addresses: [[127, 0, 0, 1]])
        #expect(try await ask(here, trusting: authority, host: "127.0.0.1") == .success("secret"))
        let elsewhere = try authority.server(addresses: [[127, 0, 0, 2]])
        #expect(try await ask(elsewhere, trusting: authority, host: "127.0.0.1").failureName == "tls")
        // A name does not stand for the address it leads to.
        let named = try authority.server(names: ["issuer.example"])
        #expect(try await ask(named, trusting: authority, host: "127.0.0.1").failureName == "tls")
    }

    @Test func unknownAuthority() async throws {
        let (known, other) = (try TestAuthority(), try TestAuthority())
        let server = try other.server(names: ["issuer.example"])
        #expect(try await ask(server, trusting: nil).failureName == "tls")
        #expect(try await ask(server, trusting: known).failureName == "tls")
    }

    @Test func otherName() async throws {
        let authority = try TestAuthority()
        for names in [["other.example"], ["example"], ["issuer.example.evil.test"], []] {
            let server = try authority.server(names: names)
            #expect(try await ask(server, trusting: authority).failureName == "tls")
        }
    }

    @Test func ended() async throws {
        let authority = try TestAuthority()
        let server = try authority.server(names: ["issuer.example"], ending: -60)
        #expect(try await ask(server, trusting: authority).failureName == "tls")
    }

    @Test func oldVersion() async throws {
        let authority = try TestAuthority()
        let server = try authority.server(names: ["issuer.example"], version: .tlsv11)
        #expect(try await ask(server, trusting: authority).failureName == "tls")
    }

    @Test func serverWithoutTLS() async throws {
        // It answers the client's hello, which ends in no blank line, with nothing; so it has to speak first.
        let server = try await LoopbackServer { _ in .hang }
        var limits = OutboundLimits()
        limits.time = .milliseconds(200)
        let client = GuardedClient(addresses: try .withLoopback(), limits: limits)
        #expect(try await client.text("https://127.0.0.1:\(server.port)/").failureName == "timeout")
        #expect(server.requests.isEmpty)
        await server.close()
    }

    @Test(arguments: ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
    func bundleThatIsNone(text: String) {
        #expect(throws: OutboundFailure.self) { try TrustedRoots(addingPEM: Array(text.utf8)) }
    }
}
