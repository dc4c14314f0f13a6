// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import JOSE
public import StrictJSON

/// A signed status list (Token Status List, section 5.1).
public struct StatusListToken: Sendable {
    /// The `typ`.
    public static let type = "statuslist+jwt"
    /// What such a token may cost as a JWS: a list of ten million entries, one in fifty of them set.
    public static let limits = JWSLimits(maximumBytes: 1 << 20)

    /// `sub`: the URI of the list, which references name.
    public let uri: String
    /// `iat`
    public let issuedAt: NumericDate
    /// `exp`: from then on the list says nothing; nil when absent.
    public let expiresAt: NumericDate?
    /// `ttl`: how long a copy should be kept, in seconds; nil when absent.
    public let keptSeconds: Int64?
    /// `aggregation_uri`: where all lists of the issuer are named; nil when absent.
    public let aggregationURI: String?
    /// The statuses.
    public let list: StatusList

    /// A list to be signed.
    ///
    /// - Throws: ``WorkloadIdentityError`` with `statusList` when a URI is out of bounds, the list ends before it begins
    ///   or is kept for less than a second.
    public init(
        uri: String,
        list: StatusList,
        issuedAt: NumericDate,
        expiresAt: NumericDate? = nil,
        keptSeconds: Int64? = nil,
        aggregationURI: String? = nil
    ) throws(WorkloadIdentityError) {
        for text in [uri, aggregationURI ?? uri] {
            guard (1...StatusReference.maximumURIBytes).contains(text.utf8.count) else {
                throw Zlib.malformed("a URI has 1 to \(StatusReference.maximumURIBytes) bytes")
            }
        }
        guard expiresAt.map({ issuedAt < $0 }) ?? true else { throw Zlib.malformed("'exp' is not after 'iat'") }
        guard keptSeconds.map({ $0 > 0 }) ?? true else { throw Zlib.malformed("'ttl' is a positive number") }
        self.uri = uri
        self.list = list
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.keptSeconds = keptSeconds
        self.aggregationURI = aggregationURI
    }

    /// Reads a list that a key of its issuer has verified.
    ///
    /// Whose key that must be is the caller's to know: that of whoever issued the tokens, or whom they named for it.
    ///
    /// - Throws: ``WorkloadIdentityError`` with `statusList` when it is of another type, or a claim is absent or of the
    ///   wrong shape.
    public init(_ token: VerifiedJWS, maximumBytes: Int = StatusList.maximumBytes) throws(WorkloadIdentityError) {
        guard TokenType(token.header.type) == .statusList else { throw Zlib.malformed("'typ' is not '\(Self.type)'") }
        let claims: JWTClaims
        do throws(JOSEError) {
            claims = try JWTClaims(token)
        } catch {
            throw Zlib.malformed(error.message)
        }
        guard let uri = claims.subject, let issuedAt = claims.issuedAt else {
            throw Zlib.malformed("a list has 'sub' and 'iat'")
        }
        guard case .object(let object)? = claims.members["status_list"],
            case .integer(let bits)? = object["bits"], let width = Int(exactly: bits),
            let encoded = object["lst"]?.stringValue
        else { throw Zlib.malformed("'status_list' has 'bits' and 'lst'") }
        var keptSeconds: Int64?
        if let value = claims.members["ttl"] {
            // The draft allows a fraction; a second is as fine as keeping a copy has to be.
            guard let seconds = NumericDate(value)?.seconds else { throw Zlib.malformed("'ttl' is a positive number") }
            keptSeconds = max(1, seconds)
        }
        var aggregationURI: String?
        if let value = object["aggregation_uri"] {
            guard let text = value.stringValue else { throw Zlib.malformed("'aggregation_uri' is a string") }
            aggregationURI = text
        }
        try self.init(
            uri: uri,
            list: StatusList(bits: width, encoded: encoded, maximumBytes: maximumBytes),
            issuedAt: issuedAt,
            expiresAt: claims.expiresAt,
            keptSeconds: keptSeconds,
            aggregationURI: aggregationURI
        )
    }

    /// The claims to sign, under ``type``.
    public var claims: JSONObject {
        var entries = JSONObject()
        entries["bits"] = .integer(Int64(list.bits))
        entries["lst"] = .string(list.encoded())
        entries["aggregation_uri"] = aggregationURI.map { .string($0) }
        var claims = JSONObject()
        claims["sub"] = .string(uri)
        claims["iat"] = .integer(issuedAt.seconds)
        claims["exp"] = expiresAt.map { .integer($0.seconds) }
        claims["ttl"] = keptSeconds.map { .integer($0) }
        claims["status_list"] = .object(entries)
        return claims
    }

    /// Whether a copy fetched at `moment` should be fetched anew, by `exp` and `ttl`.
    public func isStale(fetchedAt moment: NumericDate, at now: NumericDate) -> Bool {
        if let expiresAt, now >= expiresAt { return true }
        return keptSeconds.map { now >= moment.advanced(bySeconds: $0) } ?? false
    }

    /// What the list says of a token (section 8.3), fail closed.
    ///
    /// - Parameters:
    ///   - reference: The token's claim.
    ///   - now: The time.
    ///   - skewSeconds: How far ahead of ours the issuer's clock may run.
    public func outcome(
        for reference: StatusReference,
        at now: NumericDate,
        skewSeconds: Int64 = 60
    ) -> StatusOutcome {
        guard sameBytes(reference.uri, uri) else { return .refused(.uri) }
        // No tolerance: a list that has ended may hide a revocation.
        if let expiresAt, now >= expiresAt { return .refused(.expired(at: expiresAt)) }
        guard issuedAt <= now.advanced(bySeconds: skewSeconds) else { return .refused(.issuedInFuture(at: issuedAt)) }
        guard let status = list.status(at: reference.index) else { return .refused(.index) }
        return .status(status)
    }
}

extension TokenType {
    /// `statuslist+jwt`, a status list.
    public static let statusList = TokenType.media(StatusListToken.type)
}

/// What a list says of a token.
public enum StatusOutcome: Sendable, Equatable {
    /// It has this status.
    case status(TokenStatus)
    /// Nothing, so the token must be refused.
    case refused(StatusRefusal)
}

/// Why a list says nothing of a token.
public enum StatusRefusal: Sendable, Equatable {
    /// The token names another list.
    case uri
    /// The list has ended.
    case expired(at: NumericDate)
    /// The list was issued in the future.
    case issuedInFuture(at: NumericDate)
    /// The token's index is beyond the list.
    case index

    /// The stable name of the reason.
    public var code: String {
        switch self {
        case .uri: "status_list_uri_mismatch"
        case .expired: "status_list_expired"
        case .issuedInFuture: "status_list_issued_in_future"
        case .index: "status_list_index"
        }
    }
}
