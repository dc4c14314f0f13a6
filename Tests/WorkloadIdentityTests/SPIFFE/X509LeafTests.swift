// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras
import Foundation
import JOSE
import SwiftASN1
import Testing
import WorkloadIdentity
import X509

/// A chain of a root and a leaf, the leaf spoilt.
@Suite struct X509LeafTests {
    private static let root = Result { try Signer(.authority("root")) }

    private static let cases = [
        CertificateCase("sound", "verified") { _ in },
        CertificateCase("with a subject, names not critical", "verified") { $0.subject = "api" },
        CertificateCase("with a subject, names critical", "verified") {
            $0.subject = "api"
            $0.areNamesCritical = true
        },
        CertificateCase("no subject, names not critical", "names_not_critical") { $0.areNamesCritical = false },
        CertificateCase("with other names", "verified") {
            $0.names += [
                .dnsName("api.example.org"), .rfc822Name("a@example.org"),
                .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1])),
            ]
        },
        CertificateCase("no names at all", "uri_missing") { $0.names = [] },
        CertificateCase("a DNS name only", "uri_missing") { $0.names = [.dnsName("a.example.org")] },
        CertificateCase("two SPIFFE IDs", "uri_ambiguous") {
            $0.names.append(.uniformResourceIdentifier("spiffe://example.org/b"))
        },
        CertificateCase("one SPIFFE ID twice", "uri_ambiguous") { $0.names += $0.names },
        CertificateCase("another URI", "uri_ambiguous") { $0.names.append(.uniformResourceIdentifier("https://x")) },
        CertificateCase("another URI first", "uri_ambiguous") {
            $0.names.insert(.uniformResourceIdentifier("https://x"), at: 0)
        },
        CertificateCase("a URI that is no SPIFFE ID", "spiffe_id") {
            $0.names = [.uniformResourceIdentifier("https://x/a")]
        },
        CertificateCase("an empty URI", "spiffe_id") { $0.names = [.uniformResourceIdentifier("")] },
        CertificateCase("an id with a slash at the end", "spiffe_id") { $0 = .leaf("spiffe://example.org/a/") },
        CertificateCase("an id with a port", "spiffe_id") { $0 = .leaf("spiffe://example.org:443/a") },
        CertificateCase("an id with a fragment", "spiffe_id") { $0 = .leaf("spiffe://example.org/a#f") },
        CertificateCase("an id with an empty segment", "spiffe_id") { $0 = .leaf("spiffe://example.org//a") },
        CertificateCase("an id with a relative segment", "spiffe_id") { $0 = .leaf("spiffe://example.org/a/../b") },
        CertificateCase("an id that ends in a line feed", "spiffe_id") { $0 = .leaf("spiffe://example.org/a\n") },
        CertificateCase("an id that ends in a zero byte", "spiffe_id") { $0 = .leaf("spiffe://example.org/a\0") },
        CertificateCase("an id without a trust domain", "spiffe_id") { $0 = .leaf("spiffe:///a") },
        CertificateCase("the longest id", "verified") {
            $0 = .leaf("spiffe://example.org/" + String(repeating: "a", count: 2027))
        },
        CertificateCase("an id that is too long", "spiffe_id") {
            $0 = .leaf("spiffe://example.org/" + String(repeating: "a", count: 2028))
        },
        CertificateCase("an id in capitals", "verified") { $0 = .leaf("SPIFFE://EXAMPLE.ORG/a") },
        CertificateCase("the trust domain's id", "spiffe_id_without_path") { $0 = .leaf("spiffe://example.org") },
        CertificateCase("an id of an unknown trust domain", "trust_domain_unknown") {
            $0 = .leaf("spiffe://other.test/a")
        },
        CertificateCase("an id of a domain below", "trust_domain_unknown") { $0 = .leaf("spiffe://a.example.org/a") },
        CertificateCase("no basic constraints", "verified") { $0.basicConstraints = nil },
        CertificateCase("an authority", "leaf_is_ca") {
            $0.basicConstraints = .isCertificateAuthority(maxPathLength: 0)
        },
        CertificateCase("no key usage", "key_usage") { $0.keyUsage = nil },
        CertificateCase("key usage not critical", "key_usage") { $0.isKeyUsageCritical = false },
        CertificateCase("no digitalSignature", "key_usage") { $0.keyUsage = KeyUsage(keyAgreement: true) },
        CertificateCase("keyCertSign", "key_usage") {
            $0.keyUsage = KeyUsage(digitalSignature: true, keyCertSign: true)
        },
        CertificateCase("cRLSign", "key_usage") { $0.keyUsage = KeyUsage(digitalSignature: true, cRLSign: true) },
        CertificateCase("keyEncipherment and keyAgreement", "verified") {
            $0.keyUsage = KeyUsage(digitalSignature: true, keyEncipherment: true, keyAgreement: true)
        },
        CertificateCase("no extended key usage", "verified") { $0.extendedKeyUsage = nil },
        CertificateCase("client authentication only", "extended_key_usage") { $0.extendedKeyUsage = [.clientAuth] },
        CertificateCase("server authentication only", "extended_key_usage") { $0.extendedKeyUsage = [.serverAuth] },
        CertificateCase("any extended key usage", "extended_key_usage") { $0.extendedKeyUsage = [.any] },
        CertificateCase("code signing", "extended_key_usage") { $0.extendedKeyUsage = [.codeSigning] },
        CertificateCase("one usage more", "verified") {
            $0.extendedKeyUsage = [.codeSigning, .clientAuth, .serverAuth]
        },
        CertificateCase("an unknown extension", "verified") {
            $0.otherExtensions = [.init(oid: [1, 3, 6, 1, 4, 1, 99_999, 1], critical: false, value: [5, 0])]
        },
        CertificateCase("an unknown critical extension", "critical_extension") {
            $0.otherExtensions = [.init(oid: [1, 3, 6, 1, 4, 1, 99_999, 1], critical: true, value: [5, 0])]
        },
        CertificateCase("critical policy constraints", "critical_extension") {
            $0.otherExtensions = [.init(oid: [2, 5, 29, 36], critical: true, value: [0x30, 3, 0x80, 1, 0])]
        },
        CertificateCase("an extension that is not DER", "certificate") {
            $0.basicConstraints = nil
            $0.otherExtensions = [.init(oid: .X509ExtensionID.basicConstraints, critical: true, value: [0x30, 3, 1])]
        },
        CertificateCase("version 1", "certificate") { $0.version = .v1 },
        CertificateCase("too many names", "size") {
            $0.names += (0..<64).map { .dnsName("n\($0).example.org") }
        },
        CertificateCase("too many bytes", "size") {
            $0.otherExtensions = [
                .init(
                    oid: [1, 3, 6, 1, 4, 1, 99_999, 1],
                    critical: false,
                    value: [UInt8](repeating: 0, count: 16 << 10)[...]
                )
            ]
        },
        CertificateCase("not valid yet", "not_yet_valid") { $0.notBefore = 1 },
        CertificateCase("valid from now", "verified") { $0.notBefore = 0 },
        CertificateCase("valid until now", "verified") { $0.notAfter = 0 },
        CertificateCase("expired", "expired") { $0.notAfter = -1 },
        CertificateCase("never valid", "not_yet_valid") {
            $0.notBefore = 10
            $0.notAfter = -10
        },
        CertificateCase("valid for centuries", "verified") {
            $0.notBefore = -2_000_000_000
            $0.notAfter = 200_000_000_000
        },
        CertificateCase("P-384", "verified") { $0.key = .init(P384.Signing.PrivateKey()) },
        CertificateCase("P-521", "verified") { $0.key = .init(P521.Signing.PrivateKey()) },
        CertificateCase("Ed25519", "verified") { $0.key = .init(Curve25519.Signing.PrivateKey()) },
        CertificateCase("RSA", "verified") { $0.key = .init(try _RSA.Signing.PrivateKey(keySize: .bits2048)) },
        CertificateCase("another hash", "verified") { $0.algorithm = .ecdsaWithSHA384 },
    ]

    @Test("A leaf with one thing changed", arguments: cases)
    func leaf(_ test: CertificateCase) throws {
        var spec = CertificateSpec.leaf()
        try test.change(&spec)
        let root = try Self.root.get()
        #expect(try code([root.issue(spec)], [root]) == test.code)
    }

    @Test("Who it is comes with what is needed to bind tokens to it")
    func result() throws {
        let root = try Self.root.get()
        let leaf = try root.issue(.leaf("spiffe://Example.org/a"))
        let bundle = try TrustBundle(trustDomain: TrustDomain(validating: "example.org"), x509Authorities: [root.der])
        let now = NumericDate(seconds: CertificateSpec.now)
        let outcome = X509SVID.outcome(of: [leaf], bundles: try TrustBundles([bundle]), at: now)
        guard case .verified(let svid) = outcome else {
            Issue.record("refused: \(outcome)")
            return
        }
        #expect(svid.id.description == "spiffe://example.org/a" && svid.certificate == leaf)
        #expect(svid.thumbprint == Array(SHA256.hash(data: leaf)))
        #expect(svid.validUntil == NumericDate(seconds: CertificateSpec.now + 1800))
    }

    @Test("The last second belongs to the validity, the moment after it does not")
    func lastSecond() throws {
        let root = try Self.root.get()
        let leaf = try root.issue(.leaf())
        #expect(try code([leaf], [root], after: 1800) == "verified")
        #expect(try code([leaf], [root], after: 1800, nanoseconds: 1) == "expired")
        #expect(try code([leaf], [root], after: 1801) == "expired")
    }

    @Test("An RSA modulus that has a small factor is no key, whatever its length")
    func smallFactor() throws {
        let key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        var spec = CertificateSpec.leaf()
        spec.key = .init(key)
        let root = try Self.root.get()
        var leaf = try root.issue(spec)
        let modulus = [UInt8](try key.publicKey.getKeyPrimitives().modulus)
        let start = try #require(leaf.indices.first { leaf[$0...].starts(with: modulus) })
        // 256 is 1 modulo 3, so a number has the residue of the sum of its bytes; one of three odd bytes makes that 0.
        let residue = modulus.dropLast().reduce(0) { $0 + Int($1) } % 3
        let last = try #require([1, 3, 5].first { (residue + $0) % 3 == 0 })
        leaf[start + modulus.count - 1] = UInt8(last)
        #expect(try code([leaf], [root]) == "key")
    }

    /// Self-signed certificates of another tool, all sound but for the key or the signature: an RSA key of 1024 bits,
    /// a key on secp256k1, and signatures with SHA-1, MD5 and RSASSA-PSS (which is not supported).
    @Test(
        arguments: [
            (
                "key",
                """
                MIICBTCCAW6gAwIBAgIUCBLY7WTxl/uGaPSspTTZg8cV6gswDQYJKoZIhvcNAQELBQAwDDEKMAgGA1UEAwwBdzAgFw0yNjEx\
                MjIwMzMwNThaGA8yMTI2MTAyOTAzMzA1OFowDDEKMAgGA1UEAwwBdzCBnzANBgkqhkiG9w0BAQEFAAOBjQAwgYkCgYEA0Q37\
                e4UZALmiy8UiMk8l9h4NUioOEdCuXxFBPNd4oivwdId9K91kr0m7ijz1k3RWISCRRlN/rEm3YJq0p+hZyxE1Qw/Nx46vcrWE\
                5UPTUk0isO/ZG0hj5ZkxsbTzRt5W4cHSRcUChfQq2aiaAqXWuMg7ZM3UvEmJ1Njx/sz4A10CAwEAAaNiMGAwDAYDVR0TAQH/\
                BAIwADAOBgNVHQ8BAf8EBAMCB4AwIQYDVR0RBBowGIYWc3BpZmZlOi8vZXhhbXBsZS5vcmcvdzAdBgNVHQ4EFgQUvcD8I6iY\
                eK4yKRPuJ+M8xa0orlYwDQYJKoZIhvcNAQELBQADgYEAJlR6DU5GPaCRbuytwWrdXvQ6+bTeQYPjWgFRKH+3LZEcbYg/ys3u\
                s7f4Ia8Iehbf+GiRTWMQkv/NKYpeh7l1bx/HzG58J6DiXm++1Ri91yjWwxbGNICN0K3a+k2EzybMWTT5MMD/bDZn9bJWJmPG\
                H0EyrLwEPBN/C0HqqlCXZdE=
                """
            ),
            (
                "key",
                """
                MIIBfDCCASGgAwIBAgIUAyW5vapq33PouxjSOQ2JIlwjcEowCgYIKoZIzj0EAwIwDDEKMAgGA1UEAwwBdzAgFw0yNjExMjIw\
                MzMwNThaGA8yMTI2MTAyOTAzMzA1OFowDDEKMAgGA1UEAwwBdzBWMBAGByqGSM49AgEGBSuBBAAKA0IABO1oEKsWY0aURdw4\
                pGQiuDB9XBqBQh4dTZfHIfAzxrEa6ACfAyv0zLiI4vjzKOAJiUz/q3mKxXbOO4xcWK7Y6byjYjBgMAwGA1UdEwEB/wQCMAAw\
                DgYDVR0PAQH/BAQDAgeAMCEGA1UdEQQaMBiGFnNwaWZmZTovL2V4YW1wbGUub3JnL3cwHQYDVR0OBBYEFMTz0xXh1ALiLxa+\
                457MlVpDUyraMAoGCCqGSM49BAMCA0kAMEYCIQCszByQxNBnJL9wgMqdGcAf0QK6rBrfE1KlPsOV6jdDUAIhAMhPYl86IMeR\
                bD7B3SL+cclxFLM/fJpp+stYlIyDd3p1
                """
            ),
            (
                "signature_algorithm",
                """
                MIIBfDCCASOgAwIBAgIUFH8enwXr5gsUz10q5t6qU92KuJswCQYHKoZIzj0EATAMMQowCAYDVQQDDAF3MCAXDTI2MTEyMjAz\
                MzA1OFoYDzIxMjYxMDI5MDMzMDU4WjAMMQowCAYDVQQDDAF3MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEbb7NJHuMCFKX\
                C1iMzTSQkAJIDNi7CehxdqusEezghr2kBFPB7pGyFdt5lnErtdN73LNHfhmcJu30FDFcmso0j6NiMGAwDAYDVR0TAQH/BAIw\
                ADAOBgNVHQ8BAf8EBAMCB4AwIQYDVR0RBBowGIYWc3BpZmZlOi8vZXhhbXBsZS5vcmcvdzAdBgNVHQ4EFgQUZYxkkE5nlcZm\
                XgFnk4xziJEAFZIwCQYHKoZIzj0EAQNIADBFAiB56P4Qr3m3ozQWIzG2g7HAf9q6FqkwNunwq0tIwttjIQIhAJFJYThjARPU\
                gCQOnHnVm0SxOhL+lpcb2sMHwbpgw6/m
                """
            ),
            (
                "signature_algorithm",
                """
                MIIDCjCCAfKgAwIBAgIUZJEoGnvU5h79pOvoqbixJVPXdggwDQYJKoZIhvcNAQEEBQAwDDEKMAgGA1UEAwwBdzAgFw0yNjEx\
                MjIwMzMwNThaGA8yMTI2MTAyOTAzMzA1OFowDDEKMAgGA1UEAwwBdzCCASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoCggEB\
                ALo/zDMLgKSH5Isyi7fVltmAI0H8s22LM61Au+paa8gy0+f3ik7rx3mzFfSqepJFj/PjYKYc7Q94/L/of3Tra8S47+soOXWC\
                MI8C1x8D/LNXShOwn3qX4/SzSQVgovdABEQiLEPBD7u5u5BZDR0s6BO8N/Sd1f329hI0v168hc1IKsJjA1aFGwFpUrlZ2Pra\
                lBYMqcMkCfUo3+FKRSvTgB2sEHlDnqquYHWGQy6b6ilhth1MFWH8/UMEhb0jBxa5kMyg06ySIO/tzBPBWErXSPtotVMci1+t\
                z/IMNLBTOgc9V/RvNBC5VKm1s2UTv7TPDXPrXPwUXiFkGJOErxhH3uECAwEAAaNiMGAwDAYDVR0TAQH/BAIwADAOBgNVHQ8B\
                Af8EBAMCB4AwIQYDVR0RBBowGIYWc3BpZmZlOi8vZXhhbXBsZS5vcmcvdzAdBgNVHQ4EFgQU7vz6Wn7LPM3DN9wyqVuCb0+m\
                GjIwDQYJKoZIhvcNAQEEBQADggEBALXmltcgI7XPW9JinbRX1/pxrjNfIaMQeMR7vG1myNRq+irewlvgHlhm8f8dcDNRjDqG\
                MVCbN16nJWQYVdLVZAa4TPo7qvoS8/QHb45SaN+2alTboUXiDaSEklfKv8ZPOO7gp5RRzpJOOpQ/LuVML5Jh6oZPW47WqqlZ\
                YZokMGsJ8OBdpKfmxBe6Aa5ER+UhEYgHsP53q7CUWxbZXVDqiQ+i1WjQ8h3nl9rsFQjLafDo8bjXxVLf2ffqJudtKKYbXJ6k\
                wkUSzIPZday6ATVEb4Xy0uYXxN25ujgbUkLpJ7svz8UKx9ZaZ1DxdVyiOh5JmTnEa12neSr8tp69F26xwM8=
                """
            ),
            (
                "signature_algorithm",
                """
                MIIDdDCCAiegAwIBAgIUbe3y9robFW/g2Ni6nFmWSF4TWcowQgYJKoZIhvcNAQEKMDWgDzANBglghkgBZQMEAgEFAKEcMBoG\
                CSqGSIb3DQEBCDANBglghkgBZQMEAgEFAKIEAgIA3jAMMQowCAYDVQQDDAF3MCAXDTI2MTEyMjAzMzA1OFoYDzIxMjYxMDI5\
                MDMzMDU4WjAMMQowCAYDVQQDDAF3MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAuj/MMwuApIfkizKLt9WW2YAj\
                QfyzbYszrUC76lpryDLT5/eKTuvHebMV9Kp6kkWP8+NgphztD3j8v+h/dOtrxLjv6yg5dYIwjwLXHwP8s1dKE7Cfepfj9LNJ\
                BWCi90AERCIsQ8EPu7m7kFkNHSzoE7w39J3V/fb2EjS/XryFzUgqwmMDVoUbAWlSuVnY+tqUFgypwyQJ9Sjf4UpFK9OAHawQ\
                eUOeqq5gdYZDLpvqKWG2HUwVYfz9QwSFvSMHFrmQzKDTrJIg7+3ME8FYStdI+2i1UxyLX63P8gw0sFM6Bz1X9G80ELlUqbWz\
                ZRO/tM8Nc+tc/BReIWQYk4SvGEfe4QIDAQABo2IwYDAMBgNVHRMBAf8EAjAAMA4GA1UdDwEB/wQEAwIHgDAhBgNVHREEGjAY\
                hhZzcGlmZmU6Ly9leGFtcGxlLm9yZy93MB0GA1UdDgQWBBTu/Ppafss8zcM33DKpW4JvT6YaMjBCBgkqhkiG9w0BAQowNaAP\
                MA0GCWCGSAFlAwQCAQUAoRwwGgYJKoZIhvcNAQEIMA0GCWCGSAFlAwQCAQUAogQCAgDeA4IBAQBme8nzkOFWMFetgAOWBXRJ\
                cEVZFPgB7aIaztockSoBnBF6TwRcc2R3jSpnH2DvbPJNeCvjptNj+v3mB7RdHsSU7N7LCFCG9THWf/WLuxU4NjOk2LXRiTKk\
                ruecoH3rG7CSW0k88YNZmO85NIanNMqxT4Xf8CFTzWePPJ+HfTZw5OnlKyBRQ/pReFogIvote26m9TuYLL7dlHEYGHIrKdR+\
                ZdTmcurgLN5kNNfoA7zdi3GJJGS6SKvxpwBr9nyXoRV4r4X1BMe+SXTqsT6whGZW142eF+btd3XWiYNdeEqfih8IyxU5b7p4\
                NLxLHwu2gm5KL0OqppHV+ReBXNe6Yc06
                """
            ),
        ]
    )
    func weak(_ code: String, _ base64: String) throws {
        let der = try #require(Data(base64Encoded: base64))
        #expect(try WorkloadIdentityTests.code([[UInt8](der)], [Self.root.get()]) == code)
    }
}
