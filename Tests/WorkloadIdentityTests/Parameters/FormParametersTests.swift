// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import WorkloadIdentity

struct FormParametersTests {
    private func code(_ body: String, limits: FormParameters.Limits = .standard) -> String {
        code(Array(body.utf8), limits: limits)
    }

    private func code(_ body: [UInt8], limits: FormParameters.Limits = .standard) -> String {
        do throws(InvalidRequest) {
            _ = try FormParameters(body, limits: limits)
            return "read"
        } catch {
            return error.code.description
        }
    }

    @Test func reads() throws {
        let body =
            "grant_type=client_credentials&scope=a+b%20c&x=%C3%A9%26%3D%2B&y=a=b==&empty=&none&resource=1&resource=2"
        let form = try FormParameters(Array(body.utf8))
        #expect(form["grant_type"] == "client_credentials" && form["scope"] == "a b c")
        #expect(form["x"] == "\u{E9}&=+" && form["y"] == "a=b==")
        // Without a value is as good as absent (RFC 6749 section 3.2).
        #expect(form["empty"] == nil && form["none"] == nil && form["missing"] == nil)
        #expect(form.values(of: "resource") == ["1", "2"] && form.values(of: "empty").isEmpty)
        #expect(form.names == ["grant_type", "scope", "x", "y", "resource"])
        #expect(try form.required("scope") == "a b c")
        #expect(throws: InvalidRequest.self) { try form.required("empty") }
        #expect(try FormParameters([]).names.isEmpty)
        #expect(try FormParameters(Array("a=%7B%0A%09%7D".utf8))["a"] == "{\n\t}")
    }

    @Test(
        arguments: [
            ("a=1", "read"), ("a", "read"), ("a=%41", "read"), ("%61=1", "read"), ("a.b-c_D9=1", "read"),
            ("a=1&a=2", "duplicate"), ("a=1&a=", "duplicate"), ("a=&a=", "duplicate"), ("a=1&%61=2", "duplicate"),
            ("a=1&A=2", "read"), ("resource=a&resource=b&audience=c&audience=d", "read"),
            ("=1", "name"), ("&a=1", "name"), ("a=1&", "name"), ("a=1&&b=2", "name"), ("a b=1", "encoding"),
            ("a+b=1", "name"), ("a%00=1", "text"), ("\u{E9}=1", "encoding"), ("%C3%A9=1", "name"), ("a[]=1", "name"),
            ("a=%", "encoding"), ("a=%4", "encoding"), ("a=%4&b=1", "encoding"), ("a=%4g", "encoding"),
            ("a=%%41", "encoding"), ("a=%u0041", "encoding"), ("a=b c", "encoding"), ("a=\u{E9}", "encoding"),
            ("a=1\n", "encoding"), ("a=\t", "encoding"), ("a=%00", "text"), ("a=%1B", "text"), ("a=%7F", "text"),
            ("a=%FF", "text"), ("a=%C3", "text"), ("a=%C0%80", "text"), ("a=%ED%A0%80", "text"),
            ("a=%F5%80%80%80", "text"),
        ]
    )
    func strictness(_ body: String, _ expected: String) { #expect(code(body) == expected) }

    @Test func bounds() {
        let limits = FormParameters.Limits(maximumBytes: 16, maximumParameters: 2)
        #expect(code("a=1&b=2", limits: limits) == "read" && code("a=1&b=2&c=3", limits: limits) == "size")
        #expect(code("resource=1&resource=2&resource=3") == "read")
        #expect(
            code("a=12345678901234", limits: limits) == "read" && code("a=123456789012345", limits: limits) == "size"
        )
        #expect(code(String(repeating: "n", count: 64) + "=1") == "read")
        #expect(code(String(repeating: "n", count: 65) + "=1") == "name")
        let repeated = Array(repeating: "resource=1", count: 65).joined(separator: "&")
        #expect(code(repeated) == "size")
        let distinct = (0...64).map { "p\($0)" }.joined(separator: "&")
        #expect(code(distinct) == "size")
    }

    @Test("The reason names no value, and its characters may stand in error_description")
    func messages() {
        for body in ["secret=%", "secret=1&secret=2", "s\u{E9}cret=1", "a=%FF", "secret&", "se%63ret[]=x"] {
            do throws(InvalidRequest) {
                _ = try FormParameters(Array(body.utf8))
                Issue.record("read \(body)")
            } catch {
                #expect(!error.message.contains("cret") && error.error == .invalidRequest)
                #expect(error.message.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C })
            }
        }
    }

    @Test(
        arguments: [
            ("application/x-www-form-urlencoded", true), ("Application/X-WWW-Form-URLEncoded; charset=UTF-8", true),
            ("application/x-www-form-urlencoded;charset=\"utf-8\"", true),
            ("application/x-www-form-urlencoded; charset=latin1", false), ("application/json", false), ("", false),
            ("application/x-www-form-urlencoded; charset=utf-8; charset=latin1", false), ("multipart/form-data", false),
            ("application/x-www-form-urlencoded, application/json", false),
        ]
    )
    func contentTypes(_ value: String, _ isAccepted: Bool) {
        #expect(((try? FormParameters.checkContentType(value)) != nil) == isAccepted)
        #expect(throws: InvalidRequest.self) { try FormParameters.checkContentType(nil) }
    }

    @Test("Whatever bytes come are read or refused")
    func random() {
        var generator = SeededGenerator("FormParameters")
        let alphabet = Array("ab=&%+419fFcC \u{E9}".utf8)
        for _ in 0..<3000 {
            let bytes = (0..<Int.random(in: 0...20, using: &generator)).map { _ in
                alphabet.randomElement(using: &generator) ?? 0
            }
            if let form = try? FormParameters(bytes) { #expect(form.names.allSatisfy { form[$0]?.isEmpty == false }) }
        }
    }
}

struct OAuthErrorTests {
    @Test("The registered names and their statuses")
    func codes() {
        let expected = [
            "invalid_request": 400, "invalid_client": 401, "invalid_grant": 400, "unauthorized_client": 400,
            "unsupported_grant_type": 400, "invalid_scope": 400, "invalid_target": 400, "use_dpop_nonce": 400,
            "invalid_dpop_proof": 400, "invalid_authorization_details": 400, "unsupported_token_type": 400,
            "access_denied": 400, "temporarily_unavailable": 503, "server_error": 500,
        ]
        #expect(Dictionary(uniqueKeysWithValues: OAuthError.allCases.map { ($0.code, $0.status) }) == expected)
        #expect(OAuthError.useDPoPNonce.statusAtResource == 401 && OAuthError.invalidDPoPProof.statusAtResource == 401)
        #expect(OAuthError.invalidTarget.statusAtResource == 400)
    }
}
