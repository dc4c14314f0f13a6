// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1

/// Finds the one credential that a request presents for the route's audience.
enum PresentedToken {
    /// Where enforcement points that forward their caller's `Authorization` put their own token.
    static let enforcementPointHeader = "safeconduct-enforcement-point"
    /// The longest token looked at.
    static let maximumLength = 8192

    /// The token, nil when the request has none.
    ///
    /// Two credentials of one kind are refused rather than one of them chosen: a proxy in between might have checked
    /// the other.
    static func find(in headers: HTTPHeaders, for route: Route) throws(Problem) -> String? {
        if route.audience == .enforcementPoint {
            if let token = try only(enforcementPointHeader, in: headers) { return token }
            if route.authorizationIsSubjects { return nil }
        }
        return try bearer(in: headers)
    }

    /// The token of `Authorization: Bearer` (RFC 6750 section 2.1), nil when there is no such header.
    static func bearer(in headers: HTTPHeaders) throws(Problem) -> String? {
        guard let field = try only("authorization", in: headers) else { return nil }
        let scheme = field.utf8.prefix(7)
        guard scheme.count == 7, scheme.last == UInt8(ascii: " "),
            zip(scheme, "bearer ".utf8).allSatisfy({ $0 | 0x20 == $1 })
        else { throw Problem.unauthenticated("the Authorization header is not a bearer token") }
        let token = field.utf8.dropFirst(7)
        guard !token.isEmpty, token.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Problem.unauthenticated("the bearer token is empty or has characters that no token has")
        }
        return String(token)
    }

    /// The workload's token, and how it is presented (RFC 6750 section 2.1, RFC 9449 section 7.1).
    ///
    /// - Returns: The token, nil without the header; and the `DPoP` header field, empty when there is none, where the scheme
    ///   is `DPoP`. Under `Bearer` a proof counts for nothing: a token that is bound is refused then.
    static func subject(in headers: HTTPHeaders) throws(Problem) -> (token: String?, proof: String?) {
        guard let field = try only("authorization", in: headers), let space = field.utf8.firstIndex(of: 0x20),
            field.utf8[..<space].elementsEqual("dpop".utf8, by: { $0 | 0x20 == $1 })
        else { return (try bearer(in: headers), nil) }
        let token = field.utf8[field.utf8.index(after: space)...]
        guard !token.isEmpty, token.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Problem.proofRefused("the token is empty or has characters that no token has")
        }
        let proofs = headers["dpop"]
        // RFC 9449 section 4.3, number 1.
        guard proofs.count <= 1, (proofs.first ?? "").utf8.count <= maximumLength else {
            throw Problem.proofRefused("the header 'dpop' stands twice, or is longer than \(maximumLength) bytes")
        }
        return (String(Substring(token)), proofs.first ?? "")
    }

    private static func only(_ name: String, in headers: HTTPHeaders) throws(Problem) -> String? {
        var found: String?
        for field in headers where sameName(field.name, name) {
            guard found == nil else { throw Problem.unauthenticated("the header '\(name)' stands twice") }
            found = field.value
        }
        if let found, found.utf8.count > maximumLength {
            throw Problem.unauthenticated("the header '\(name)' is longer than \(maximumLength) bytes")
        }
        return found
    }

    private static func sameName(_ left: String, _ lowercased: String) -> Bool {
        left.utf8.count == lowercased.utf8.count
            && zip(left.utf8, lowercased.utf8).allSatisfy { byte, lower in
                byte == lower || ((0x41...0x5A).contains(byte) && byte | 0x20 == lower)
            }
    }
}

extension Problem {
    /// A refusal for want of a credential, with the challenge of RFC 6750 section 3.
    public static func unauthenticated(_ detail: String) -> Problem {
        Problem(.unauthenticated, detail, headers: [("WWW-Authenticate", "Bearer realm=\"safeconduct\"")])
    }

    /// A refusal of how a token was presented with a proof (RFC 9449 section 7.1).
    static func proofRefused(_ detail: String) -> Problem {
        Problem(
            .invalidCredential,
            detail,
            headers: [("WWW-Authenticate", "DPoP realm=\"safeconduct\", error=\"invalid_dpop_proof\"")]
        )
    }

    /// A refusal of the credential presented (RFC 6750 section 3.1).
    public static func invalidCredential(_ detail: String) -> Problem {
        Problem(
            .invalidCredential,
            detail,
            headers: [("WWW-Authenticate", "Bearer realm=\"safeconduct\", error=\"invalid_token\"")]
        )
    }
}
