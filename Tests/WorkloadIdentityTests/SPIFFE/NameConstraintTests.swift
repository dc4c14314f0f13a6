// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import SwiftASN1
import Testing
import WorkloadIdentity
import X509

/// Name constraints of an intermediate (RFC 5280 section 4.2.1.10), and what they leave of a leaf.
@Suite struct NameConstraintTests {
    struct Case: Sendable, CustomStringConvertible {
        let description: String
        let isAdmitted: Bool
        var permitted: [GeneralName] = []
        var excluded: [GeneralName] = []
        var names: [GeneralName] = []
        var subject: String?
    }

    private static func uri(_ text: String) -> GeneralName { .uniformResourceIdentifier(text) }
    private static func address(_ bytes: [UInt8]) -> GeneralName {
        .ipAddress(ASN1OctetString(contentBytes: bytes[...]))
    }
    private static func common(_ name: String) -> GeneralName {
        (try? .directoryName(DistinguishedName { CommonName(name) })) ?? .dnsName("")
    }
    private static let range = address([10, 0, 0, 0, 255, 0, 0, 0])

    private static let cases = [
        Case(description: "the trust domain", isAdmitted: true, permitted: [uri("example.org")]),
        Case(description: "in capitals", isAdmitted: true, permitted: [uri("Example.ORG")]),
        Case(description: "one of two", isAdmitted: true, permitted: [uri("other.test"), uri("example.org")]),
        Case(description: "another trust domain", isAdmitted: false, permitted: [uri("other.test")]),
        Case(description: "a host means itself, not those below", isAdmitted: false, permitted: [uri("org")]),
        Case(description: "a dot means those below", isAdmitted: true, permitted: [uri(".org")]),
        Case(description: "a dot does not mean the host itself", isAdmitted: false, permitted: [uri(".example.org")]),
        Case(description: "a suffix within a label", isAdmitted: false, permitted: [uri("ample.org")]),
        Case(description: "an empty host", isAdmitted: false, permitted: [uri("")]),
        Case(description: "excluded", isAdmitted: false, excluded: [uri("example.org")]),
        Case(description: "excluded below a dot", isAdmitted: false, excluded: [uri(".org")]),
        Case(description: "another one excluded", isAdmitted: true, excluded: [uri("other.test")]),
        Case(
            description: "excluded beats permitted",
            isAdmitted: false,
            permitted: [uri("example.org")],
            excluded: [uri("example.org")]
        ),
        Case(description: "an empty host excluded", isAdmitted: false, excluded: [uri("")]),
        Case(
            description: "DNS names are not constrained by URIs",
            isAdmitted: true,
            permitted: [uri("example.org")],
            names: [.dnsName("x.test")]
        ),
        Case(
            description: "a constraint on names it does not have",
            isAdmitted: true,
            permitted: [.dnsName("x.test"), range]
        ),
        Case(
            description: "a DNS name below",
            isAdmitted: true,
            permitted: [.dnsName("x.test")],
            names: [.dnsName("a.X.test")]
        ),
        Case(
            description: "a DNS name itself",
            isAdmitted: true,
            permitted: [.dnsName("x.test")],
            names: [.dnsName("x.test")]
        ),
        Case(
            description: "a DNS name beside",
            isAdmitted: false,
            permitted: [.dnsName("x.test")],
            names: [.dnsName("ax.test")]
        ),
        Case(
            description: "one of two DNS names",
            isAdmitted: false,
            permitted: [.dnsName("x.test")],
            names: [.dnsName("x.test"), .dnsName("y.test")]
        ),
        Case(
            description: "a wildcard below",
            isAdmitted: true,
            permitted: [.dnsName("x.test")],
            names: [.dnsName("*.x.test")]
        ),
        Case(
            description: "a wildcard that may cover what is excluded",
            isAdmitted: false,
            excluded: [.dnsName("a.x.test")],
            names: [.dnsName("*.x.test")]
        ),
        Case(
            description: "every DNS name excluded",
            isAdmitted: false,
            excluded: [.dnsName("")],
            names: [.dnsName("x.test")]
        ),
        Case(
            description: "an address in range",
            isAdmitted: true,
            permitted: [range],
            names: [address([10, 1, 2, 3])]
        ),
        Case(
            description: "an address out of range",
            isAdmitted: false,
            permitted: [range],
            names: [address([11, 1, 2, 3])]
        ),
        Case(
            description: "an IPv6 address",
            isAdmitted: false,
            permitted: [range],
            names: [address([UInt8](repeating: 0, count: 16))]
        ),
        Case(
            description: "an address excluded",
            isAdmitted: false,
            excluded: [range],
            names: [address([10, 0, 0, 1])]
        ),
        Case(
            description: "an IPv6 address, IPv4 excluded",
            isAdmitted: true,
            excluded: [range],
            names: [address([UInt8](repeating: 10, count: 16))]
        ),
        Case(
            description: "a range that is none",
            isAdmitted: false,
            excluded: [address([10, 0, 0])],
            names: [address([10, 0, 0, 1])]
        ),
        Case(description: "an address that is none", isAdmitted: false, permitted: [range], names: [address([10])]),
        Case(description: "the subject", isAdmitted: true, permitted: [common("api")], subject: "api"),
        Case(description: "another subject", isAdmitted: false, permitted: [common("api")], subject: "admin"),
        Case(description: "no subject", isAdmitted: true, permitted: [common("api")]),
        Case(description: "a subject excluded", isAdmitted: false, excluded: [common("api")], subject: "api"),
        Case(
            description: "mail is not understood",
            isAdmitted: false,
            permitted: [.rfc822Name("example.org")],
            names: [.rfc822Name("a@example.org")]
        ),
        Case(
            description: "mail excluded, not understood",
            isAdmitted: false,
            excluded: [.rfc822Name("x.test")],
            names: [.rfc822Name("a@example.org")]
        ),
        Case(
            description: "registered ids are not understood",
            isAdmitted: false,
            excluded: [.registeredID([1, 2, 3])],
            names: [.registeredID([1, 2, 4])]
        ),
    ]

    private func leaf(_ test: Case) -> CertificateSpec {
        var spec = CertificateSpec.leaf()
        spec.subject = test.subject
        spec.names += test.names
        return spec
    }

    @Test(arguments: cases)
    func intermediate(_ test: Case) throws {
        let root = try Signer(.authority("root"))
        var spec = CertificateSpec.authority("int", uri: nil)
        spec.nameConstraints = NameConstraints(permittedSubtrees: test.permitted, excludedSubtrees: test.excluded)
        let signer = try root.signer(spec)
        let expected = test.isAdmitted ? "verified" : "name_constraints"
        #expect(try code([signer.issue(leaf(test)), signer.der], [root]) == expected)
        // An authority's own constraints bind what it signs, and not itself.
        spec.subject = "constrained"
        let constrained = try Signer(spec)
        #expect(try code([constrained.issue(leaf(test))], [constrained]) == expected)
    }

    @Test("Every issuer on the way constrains all that is below it")
    func levels() throws {
        var spec = CertificateSpec.authority("root")
        spec.nameConstraints = NameConstraints(permittedURIDomains: ["example.org"])
        let root = try Signer(spec)
        let own = try root.signer(.authority("int"))
        #expect(try code([own.issue(.leaf()), own.der], [root]) == "verified")
        let leaf = CertificateSpec.leaf("spiffe://other.test/a")
        #expect(try code([own.issue(leaf), own.der], [root], domain: "other.test") == "issuer_spiffe_id")
        let plain = try root.signer(.authority("plain", uri: nil))
        #expect(try code([plain.issue(leaf), plain.der], [root], domain: "other.test") == "name_constraints")
        // A signing certificate is bound, too, unless it is self-issued.
        let foreign = try root.signer(.authority("foreign", uri: "spiffe://other.test"))
        let mine = try foreign.signer(.authority("mine"))
        #expect(try code([mine.issue(.leaf()), mine.der, foreign.der], [root]) == "name_constraints")
        let renewed = try root.signer(.authority("root", uri: "spiffe://other.test"))
        let below = try renewed.signer(.authority("below"))
        #expect(try code([below.issue(.leaf()), below.der, renewed.der], [root]) == "verified")
    }

    @Test("A URI whose host is an address, or that has none, cannot be matched", arguments: ["spiffe://1.2.3.4/a"])
    func addresses(_ uri: String) throws {
        var spec = CertificateSpec.authority("root", uri: nil)
        let free = try Signer(spec)
        #expect(try code([free.issue(.leaf(uri))], [free], domain: "1.2.3.4") == "verified")
        for (permitted, excluded) in [(["1.2.3.4"], []), ([], ["other.test"])] {
            spec.nameConstraints = NameConstraints(permittedURIDomains: permitted, forbiddenURIDomains: excluded)
            let root = try Signer(spec)
            #expect(try code([root.issue(.leaf(uri))], [root], domain: "1.2.3.4") == "name_constraints")
        }
    }
}
