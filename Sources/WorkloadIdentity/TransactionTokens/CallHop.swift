// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Crypto
public import JOSE
import StrictJSON

/// One hop of a transaction: a workload that asked for a token, as the transaction token service vouched for it then.
public struct CallHop: Sendable, Equatable {
    /// The `typ` of a hop.
    public static let type = "safeconduct-hop+jwt"
    /// The longest name of a workload, in bytes.
    public static let maximumWorkloadBytes = 2048

    /// `req_wl`: the workload.
    public let workload: String
    /// `iat`: when it asked.
    public let issuedAt: NumericDate
    /// The signed hop, in compact serialization.
    let token: String
    /// The SHA-256 of what was signed, by which the next hop names this one. Not of the whole token: whoever passes an
    /// ECDSA signature on can respell it, and what was signed stays the same.
    let digest: [UInt8]

    /// Where in its transaction a hop stands.
    struct Place {
        let transaction: String
        let trustDomain: String
        /// From 0.
        let number: Int
        let previous: CallHop?
    }

    /// Signs a hop.
    init(
        workload: String,
        at place: Place,
        issuedAt: NumericDate,
        by key: SigningKey
    ) throws(WorkloadIdentityError) {
        guard (1...Self.maximumWorkloadBytes).contains(workload.utf8.count) else {
            throw TransactionToken.error("a workload's name has 1 to \(Self.maximumWorkloadBytes) bytes")
        }
        var claims = JSONObject([
            ("txn", .string(place.transaction)), ("aud", .string(place.trustDomain)),
            ("hop", .integer(Int64(place.number))), ("req_wl", .string(workload)),
            ("iat", .integer(issuedAt.seconds)),
        ])
        claims["prev"] = place.previous.map { .string(Base64URL.string($0.digest)) }
        let signed: [UInt8]
        do throws(JOSEError) {
            signed = try key.sign(JSONValue.object(claims).serialized(), type: Self.type)
        } catch {
            throw TransactionToken.error(error.message)
        }
        self.workload = workload
        self.issuedAt = NumericDate(seconds: issuedAt.seconds)
        token = String(decoding: signed, as: UTF8.self)
        digest = Self.digest(signed)
    }

    /// Reads and verifies a hop that must stand at `place`.
    init(
        _ text: String,
        at place: Place,
        keys: JWKSet,
        allowing algorithms: SignatureAlgorithms
    ) throws(WorkloadIdentityError) {
        let claims: JWTClaims
        let header: JWSHeader
        do throws(JOSEError) {
            let verified = try UnverifiedJWS(compact: text).verified(with: keys, allowing: algorithms).get()
            header = verified.header
            claims = try JWTClaims(verified)
        } catch {
            throw TransactionToken.error("a hop: \(error.message)")
        }
        guard TokenType(header.type) == .media(Self.type), header.keyID != nil else {
            throw TransactionToken.error("a hop is of the type '\(Self.type)' and names its key")
        }
        guard let transaction = claims.members["txn"]?.stringValue, sameBytes(transaction, place.transaction),
            claims.audiences.count == 1, claims.audiences.allSatisfy({ sameBytes($0, place.trustDomain) })
        else { throw TransactionToken.error("a hop belongs to another transaction") }
        let previous = claims.members["prev"].map { $0.stringValue.flatMap { Base64URL.decode($0) } ?? [] }
        guard case .integer(Int64(place.number))? = claims.members["hop"], previous == place.previous?.digest else {
            throw TransactionToken.error("a hop stands at another place of its chain")
        }
        guard let workload = claims.members["req_wl"]?.stringValue,
            (1...Self.maximumWorkloadBytes).contains(workload.utf8.count), let issuedAt = claims.issuedAt,
            place.previous.map({ $0.issuedAt <= issuedAt }) ?? true
        else { throw TransactionToken.error("a hop has a workload, and comes after the one before it") }
        self.workload = workload
        self.issuedAt = issuedAt
        token = text
        digest = Self.digest(Array(text.utf8))
    }

    private static func digest(_ token: [UInt8]) -> [UInt8] {
        let end = token.lastIndex(of: UInt8(ascii: ".")) ?? token.endIndex
        return Array(SHA256.hash(data: token[..<end]))
    }

    /// The same statement, whatever the spelling of its signature.
    public static func == (left: CallHop, right: CallHop) -> Bool { left.digest == right.digest }
}
