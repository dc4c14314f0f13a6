// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import SwiftASN1
import Testing
import X509

@testable import SafeconductServer

@Suite(.timeLimit(.minutes(5))) struct TLSTests {
    private func certificate(_ path: String) throws -> Certificate {
        try Certificate(pemEncoded: String(contentsOfFile: path, encoding: .utf8))
    }

    private func mode(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    /// The status of `/echo` for a client that trusts only `authority`.
    private func status(_ port: Int, _ host: String, trusting authority: String) async throws -> UInt {
        var configuration = HTTPClient.Configuration(tlsConfiguration: .makeClientConfiguration())
        configuration.tlsConfiguration?.trustRoots = .file(authority)
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            var request = HTTPClientRequest(url: "https://\(host):\(port)/echo")
            request.method = .POST
            let response = try await client.execute(request, timeout: .seconds(5))
            try await client.shutdown()
            return response.status.code
        } catch {
            try await client.shutdown()
            throw error
        }
    }

    @Test func aFreshAuthorityIsTrustedByThoseWhoAreToldOfIt() async throws {
        try await TestData.withDirectory { directory in
            let tls = directory + "/tls"
            let identity = try TLSIdentity(.development(directory: tls))
            #expect(try mode(tls) == 0o700)
            for key in ["key.pem", "ca-key.pem"] { #expect(try mode("\(tls)/\(key)") == 0o600) }
            try await TestServer.run([.echo()], tls: identity) { server in
                for host in ["127.0.0.1", "localhost"] {
                    #expect(try await status(server.port, host, trusting: tls + "/ca.pem") == 200)
                }
                let other = directory + "/other"
                _ = try TLSIdentity(.development(directory: other))
                await #expect(throws: (any Error).self) {
                    try await status(server.port, "127.0.0.1", trusting: other + "/ca.pem")
                }
            }
        }
    }

    @Test func certificatesAreKeptWhileTheyHoldAndThenRenewed() async throws {
        try await TestData.withDirectory { directory in
            func make(_ days: Double, hosts: [String] = ["localhost"]) throws -> (
                authority: Certificate, server: Certificate
            ) {
                let now = Date().addingTimeInterval(days * 86_400)
                _ = try DevelopmentAuthority(directory: directory, hosts: hosts, now: now).serverMaterial()
                return (try certificate(directory + "/ca.pem"), try certificate(directory + "/cert.pem"))
            }
            let first = try make(0)
            #expect(first.server.issuer == first.authority.subject)
            let again = try make(1)
            #expect(again == first)
            // Near the end of the server's certificate: a new one, of the same authority.
            let renewed = try make(70)
            #expect(renewed.authority == first.authority && renewed.server != first.server)
            #expect(renewed.server.notValidAfter > Date().addingTimeInterval(150 * 86_400))
            // Near the end of the authority: both anew.
            let late = try make(710)
            #expect(late.authority != first.authority && late.server.issuer == late.authority.subject)
            // Another address: a new certificate. Another name: the authority does not cover it.
            let address = try make(710, hosts: ["localhost", "10.0.0.1"])
            #expect(address.authority == late.authority && address.server != late.server)
            let other = try make(710, hosts: ["localhost", "pdp.internal"])
            #expect(other.authority != late.authority)
            // A damaged file is made anew, never trusted.
            try TestData.write("garbage", to: directory + "/key.pem")
            let mended = try make(710, hosts: ["localhost", "pdp.internal"])
            #expect(mended.authority == other.authority && mended.server != other.server)
        }
    }

    @Test func anExpiredCertificateIsKnownToBeOne() async throws {
        try await TestData.withDirectory { directory in
            let identity = try TLSIdentity(.development(directory: directory))
            #expect(!identity.isExpired())
            let end = try certificate(directory + "/cert.pem").notValidAfter
            #expect(!identity.isExpired(at: end.addingTimeInterval(-1)))
            #expect(identity.isExpired(at: end.addingTimeInterval(1)))
        }
    }

    @Test func aRunningServerTakesANewCertificate() async throws {
        try await TestData.withDirectory { directory in
            let first = directory + "/first"
            let second = directory + "/second"
            _ = try TLSIdentity(.development(directory: first))
            _ = try TLSIdentity(.development(directory: second))
            let served = directory + "/served"
            func serve(_ source: String) throws {
                try? FileManager.default.removeItem(atPath: served)
                try FileManager.default.copyItem(atPath: source, toPath: served)
            }
            try serve(first)
            let identity = try TLSIdentity(.directory(served))
            try await TestServer.run([.echo()], tls: identity) { server in
                #expect(try await status(server.port, "localhost", trusting: first + "/ca.pem") == 200)
                let unchanged = try identity.refresh()
                #expect(!unchanged)
                try serve(second)
                let changed = try identity.refresh()
                #expect(changed)
                #expect(try await status(server.port, "localhost", trusting: second + "/ca.pem") == 200)
                // What cannot be used leaves what is served.
                try TestData.write("garbage", to: served + "/cert.pem")
                #expect(throws: TLSFailure.self) { try identity.refresh() }
                #expect(try await status(server.port, "localhost", trusting: second + "/ca.pem") == 200)
            }
        }
    }

    @Test func unusableFilesAreNamed() async throws {
        try await TestData.withDirectory { directory in
            func failure(_ source: TLSSource) -> String? {
                #expect(throws: TLSFailure.self) { try TLSIdentity(source) }?.description
            }
            #expect(failure(.directory(directory))?.contains("cert.pem with key.pem") == true)
            _ = try TLSIdentity(.development(directory: directory + "/a"))
            _ = try TLSIdentity(.development(directory: directory + "/b"))
            let crossed = TLSSource.files(certificate: directory + "/a/cert.pem", key: directory + "/b/key.pem")
            #expect(failure(crossed)?.contains("do not belong together") == true)
            let missing = TLSSource.files(certificate: directory + "/a/cert.pem", key: directory + "/c/key.pem")
            #expect(failure(missing)?.hasSuffix("does not exist") == true)
        }
    }

    @Test func aStalledHandshakeIsCutOff() async throws {
        try await TestData.withDirectory { directory in
            var limits = ServerLimits()
            limits.headTime = .milliseconds(300)
            let identity = try TLSIdentity(.development(directory: directory + "/tls"))
            try await TestServer.run([.echo()], limits: limits, tls: identity) { server in
                let hello: [UInt8] = [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC]
                let started = ContinuousClock.now
                let (answers, closed) = try await TestClient(port: server.port).talk([.bytes(hello)])
                #expect(answers.isEmpty && closed)
                #expect(ContinuousClock.now - started < .seconds(30))
                #expect(try await status(server.port, "localhost", trusting: directory + "/tls/ca.pem") == 200)
            }
        }
    }

    @Test func plainHTTPOnATLSPortIsRefusedQuietly() async throws {
        try await TestData.withDirectory { directory in
            let identity = try TLSIdentity(.development(directory: directory + "/tls"))
            try await TestServer.run([.echo()], tls: identity) { server in
                let (answers, closed) = try await TestClient(port: server.port)
                    .talk([.send("POST /echo HTTP/1.1\r\nHost: a\r\n\r\n")])
                #expect(answers.isEmpty && closed)
                #expect(try await status(server.port, "localhost", trusting: directory + "/tls/ca.pem") == 200)
            }
        }
    }
}
