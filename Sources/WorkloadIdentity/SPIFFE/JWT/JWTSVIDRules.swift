// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import JOSE
import StrictJSON

/// What a JWT-SVID must be to be accepted (JWT-SVID specification, sections 2 to 4).
public struct JWTSVIDRules: Sendable {
    /// The algorithms of section 2.1. EdDSA is none of them.
    public static let algorithms: SignatureAlgorithms = [.rsa, .es256, .es384, .es512]

    /// The names that this verifier goes by. Every `aud` of a token must be one of them: section 3.2 asks for one of
    /// ours, section 6.2 warns of the others, any of whom could present the token here.
    public var audiences: [String]
    /// How far clocks may disagree, in seconds.
    public var skewSeconds: Int64
    /// The longest time that a token may still have to live, in seconds. Section 3.3 sets no bound; `iat` is optional,
    /// so that the whole lifetime cannot always be known.
    public var maximumLifetimeSeconds: Int64

    /// Rules of the given values.
    public init(audiences: [String], skewSeconds: Int64 = 60, maximumLifetimeSeconds: Int64 = 86_400) {
        self.audiences = audiences
        self.skewSeconds = skewSeconds
        self.maximumLifetimeSeconds = maximumLifetimeSeconds
    }

    /// Whether a token proves a SPIFFE ID, by the keys of the id's own trust domain and no others.
    ///
    /// - Parameters:
    ///   - token: The token as it came.
    ///   - bundles: The keys, by trust domain.
    ///   - now: The time.
    public func outcome(of token: UnverifiedJWS, bundles: TrustBundles, at now: NumericDate) -> JWTSVIDOutcome {
        do throws(JWTSVIDRefusal) {
            return .verified(try verify(token, bundles, now))
        } catch {
            return .refused(error)
        }
    }

    private func verify(
        _ token: UnverifiedJWS,
        _ bundles: TrustBundles,
        _ now: NumericDate
    ) throws(JWTSVIDRefusal) -> JWTSVID {
        for name in token.header.memberNames where name != "alg" && name != "kid" && name != "typ" {
            throw .headerMember
        }
        if let type = token.header.type, !sameBytes(type, "JWT"), !sameBytes(type, "JOSE") { throw .claims(.type) }
        // What the token claims to be decides only which keys it must be signed with.
        let id = try Self.id(token.claimedSubject)
        guard let keys = bundles[id.trustDomain]?.jwtAuthorities, !keys.keys.isEmpty else { throw .trustDomainUnknown }
        let claims: JWTClaims
        do throws(JOSEError) {
            claims = try JWTClaims(token.verified(with: keys, allowing: Self.algorithms).get())
        } catch {
            throw .token(error)
        }
        return try check(claims, id, now)
    }

    private static func id(_ subject: String?) throws(JWTSVIDRefusal) -> SPIFFEID {
        guard let subject else { throw .subjectMissing }
        let id: SPIFFEID
        do throws(SPIFFEIDRefusal) {
            id = try SPIFFEID(validating: subject)
        } catch {
            throw .subject(error)
        }
        guard id.isWorkload else { throw .subjectWithoutPath }
        return id
    }

    private func check(_ claims: JWTClaims, _ id: SPIFFEID, _ now: NumericDate) throws(JWTSVIDRefusal) -> JWTSVID {
        guard !claims.audiences.isEmpty else { throw .claims(.missing(.audience)) }
        for audience in claims.audiences where !audiences.contains(where: { sameBytes($0, audience) }) {
            throw .claims(.audience)
        }
        guard let expiresAt = claims.expiresAt else { throw .claims(.missing(.expiresAt)) }
        let latest = now.advanced(bySeconds: skewSeconds)
        guard now < expiresAt.advanced(bySeconds: skewSeconds) else { throw .claims(.expired(at: expiresAt)) }
        guard expiresAt <= latest.advanced(bySeconds: maximumLifetimeSeconds) else { throw .claims(.lifetime) }
        if let issuedAt = claims.issuedAt {
            guard issuedAt < expiresAt else { throw .claims(.timesDisordered) }
            guard issuedAt <= latest else { throw .claims(.issuedInFuture(at: issuedAt)) }
        }
        if let notBefore = claims.notBefore {
            guard notBefore < expiresAt else { throw .claims(.timesDisordered) }
            guard notBefore <= latest else { throw .claims(.notYetValid(until: notBefore)) }
        }
        return JWTSVID(id: id, expiresAt: expiresAt, claims: claims)
    }
}
