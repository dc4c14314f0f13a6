// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing
import WorkloadIdentity

struct SubjectBindingTests {
    private func subject(_ name: String, issuer: String = "https://a.example", id: String = "42") throws
        -> FederatedSubject
    {
        let key = SigningKey.generate(.edDSA)
        let claims: JSONValue = [
            "iss": .string(issuer), "sub": .string(name), "aud": "us", "iat": 10, "exp": 20,
            "repository_id": .string(id),
        ]
        let token = try UnverifiedJWS(compact: key.sign(claims.serialized()))
        let rule = try IssuerRule(issuer: IssuerURL(issuer), audiences: ["us"])
        guard
            case .admitted(let subject) = rule.admission(
                of: token,
                keys: JWKSet([key.verificationKey]),
                at: NumericDate(seconds: 15)
            )
        else { throw NotAdmitted() }
        return subject
    }

    private struct NotAdmitted: Error {}

    private func binding(_ name: String, issuer: String = "https://a.example", id: JSONValue? = nil) throws
        -> SubjectBinding
    {
        try SubjectBinding(
            issuer: IssuerURL(issuer),
            subject: name,
            conditions: try id.map { [try ClaimCondition(ClaimPath("repository_id"), anyOf: [$0])] } ?? []
        )
    }

    private func match(_ subject: FederatedSubject, _ bindings: [SubjectBinding]) -> String {
        switch subject.match(among: Array(bindings.enumerated()), by: { $0.element }) {
        case .one(let found): "one \(found.offset)"
        case .none: "none"
        case .ambiguous(let found): "ambiguous \(found.map(\.offset))"
        }
    }

    @Test func exactlyOne() throws {
        let caller = try subject("job")
        let bindings = [
            try binding("job", issuer: "https://b.example"), try binding("Job"), try binding("job", id: "41"),
            try binding("job", id: "42"),
            try binding("job "),
        ]
        #expect(match(caller, bindings) == "one 3")
        #expect(match(caller, []) == "none")
        #expect(match(caller, bindings + [try binding("job")]) == "ambiguous [3, 5]")
        #expect(match(try subject("other"), bindings) == "none")
        #expect(match(try subject("job", issuer: "https://b.example"), bindings) == "one 0")
        // Canonically equivalent names are two names.
        #expect(match(try subject("\u{E9}"), [try binding("e\u{301}")]) == "none")
    }

    @Test func keysSeparateIssuerAndSubject() throws {
        let caller = try subject("job")
        #expect(caller.bindingKey == (try binding("job")).key)
        #expect(caller.bindingKey != (try binding("job", issuer: "https://b.example")).key)
        #expect(caller.bindingKey != (try binding("jobs")).key)
        #expect(
            (try binding("x job", issuer: "https://a.example/")).key
                != (try binding("job", issuer: "https://a.example/x")).key
        )
    }

    @Test func bounds() throws {
        let issuer = try IssuerURL("https://a.example")
        #expect(throws: WorkloadIdentityError.self) { try SubjectBinding(issuer: issuer, subject: "") }
        #expect(throws: WorkloadIdentityError.self) {
            try SubjectBinding(issuer: issuer, subject: String(repeating: "x", count: 1025))
        }
    }
}
