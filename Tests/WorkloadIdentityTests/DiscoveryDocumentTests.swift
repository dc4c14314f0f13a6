// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import WorkloadIdentity

struct DiscoveryDocumentTests {
    private func keys(_ text: String, issuer: String = "https://a.example", loopback: Bool = false) -> String {
        do throws(WorkloadIdentityError) {
            let issuer = try IssuerURL(issuer, allowingLoopbackHTTP: loopback)
            return try DiscoveryDocument(parsing: Array(text.utf8), for: issuer, allowingLoopbackHTTP: loopback).keys
                .description
        } catch {
            return error.code.description
        }
    }

    @Test(arguments: [
        (
            #"{"issuer":"https://a.example","jwks_uri":"https://keys.example/k?v=1","more":[1]}"#,
            "https://keys.example/k?v=1"
        ),
        (#"{"issuer":"https://a.example/","jwks_uri":"https://a.example/k"}"#, "issuer_mismatch"),
        (#"{"issuer":"https://b.example","jwks_uri":"https://a.example/k"}"#, "issuer_mismatch"),
        (#"{"issuer":"https://A.example","jwks_uri":"https://a.example/k"}"#, "issuer_mismatch"),
        (#"{"issuer":"https://a.example","jwks_uri":"http://a.example/k"}"#, "insecure_url"),
        (#"{"issuer":"https://a.example","jwks_uri":"http://localhost/k"}"#, "insecure_url"),
        (#"{"issuer":"https://a.example","jwks_uri":"https://u@a.example/k"}"#, "url"),
        (#"{"issuer":"https://a.example","jwks_uri":"/k"}"#, "url"),
        (#"{"issuer":"https://a.example","jwks_uri":1}"#, "discovery"),
        (#"{"issuer":"https://a.example"}"#, "discovery"),
        (#"{"jwks_uri":"https://a.example/k"}"#, "discovery"),
        (#"{"issuer":["https://a.example"],"jwks_uri":"https://a.example/k"}"#, "discovery"),
        (#"{"issuer":"https://b.example","issuer":"https://a.example","jwks_uri":"https://a.example/k"}"#, "discovery"),
        ("[]", "discovery"), ("", "discovery"), ("<html>", "discovery"),
    ])
    func documents(_ text: String, _ expected: String) { #expect(keys(text) == expected) }

    @Test("Plain http only from a loopback issuer without TLS, and only when allowed")
    func loopback() {
        let document = #"{"issuer":"http://127.0.0.1:9","jwks_uri":"http://127.0.0.1:9/jwks"}"#
        #expect(keys(document, issuer: "http://127.0.0.1:9", loopback: true) == "http://127.0.0.1:9/jwks")
        #expect(keys(document, issuer: "http://127.0.0.1:9") == "insecure_url")
        let away = #"{"issuer":"http://127.0.0.1:9","jwks_uri":"http://a.example/jwks"}"#
        #expect(keys(away, issuer: "http://127.0.0.1:9", loopback: true) == "insecure_url")
        let down = #"{"issuer":"https://a.example","jwks_uri":"http://127.0.0.1:9/jwks"}"#
        #expect(keys(down, loopback: true) == "insecure_url")
    }

    @Test func sizeIsBounded() {
        let large =
            #"{"issuer":"https://a.example","jwks_uri":"https://a.example/k","x":"\#(String(repeating: "x", count: 256 << 10))"}"#
        #expect(keys(large) == "discovery")
    }

    @Test(arguments: [
        ("https://a.example", "https://a.example/.well-known/openid-configuration"),
        ("https://a.example/", "https://a.example/.well-known/openid-configuration"),
        ("https://a.example/tenant/v2.0", "https://a.example/tenant/v2.0/.well-known/openid-configuration"),
    ])
    func location(_ issuer: String, _ expected: String) throws {
        #expect(try IssuerURL(issuer).discoveryLocation == expected)
    }

    @Test func issuersAreComparedByBytes() throws {
        let issuer = try IssuerURL("https://a.example")
        #expect(issuer.matches("https://a.example"))
        for other in ["https://a.example/", "https://a.example:443", "https://a.example ", "HTTPS://a.example", ""] {
            #expect(!issuer.matches(other))
        }
        #expect(throws: WorkloadIdentityError.self) { try IssuerURL("https://a.example?x") }
        #expect(throws: WorkloadIdentityError.self) { try IssuerURL("https://a.example/?") }
    }
}
