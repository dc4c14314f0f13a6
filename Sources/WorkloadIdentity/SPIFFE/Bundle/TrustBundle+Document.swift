// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON

extension TrustBundle {
    /// The most bytes of a bundle document.
    public static let maximumBytes = 1 << 20
    /// The most entries of a bundle document, whatever their use.
    public static let maximumEntries = 256

    /// Reads a bundle document: a JWK Set with entries for each kind of SVID (SPIFFE Trust Domain and Bundle
    /// specification, section 4).
    ///
    /// Entries of an unknown `use` are ignored. Entries for X509-SVIDs and JWT-SVIDs that cannot be used are
    /// ``skipped``: one strange key does not take the domain's other keys away.
    ///
    /// - Parameters:
    ///   - bytes: The document.
    ///   - trustDomain: The domain that whoever was asked speaks for.
    /// - Throws: ``WorkloadIdentityError`` when the document is no bundle.
    public init(parsing bytes: [UInt8], for trustDomain: TrustDomain) throws(WorkloadIdentityError) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(
                parsing: bytes,
                limits: JSONLimits(maximumBytes: Self.maximumBytes, maximumDepth: 16, maximumValues: 1 << 14)
            )
        } catch {
            throw WorkloadIdentityError(.bundle, "the bundle at \(error)")
        }
        guard case .object(let object) = value, let entries = object["keys"]?.arrayValue else {
            throw WorkloadIdentityError(.bundle, "a bundle is a JSON object with an array 'keys'")
        }
        guard entries.count <= Self.maximumEntries else {
            throw WorkloadIdentityError(.bundle, "a bundle has at most \(Self.maximumEntries) keys")
        }
        var authorities = AuthorityList()
        var jwtKeys: [JSONValue] = []
        for (index, entry) in entries.enumerated() {
            guard case .object(let key) = entry else {
                throw WorkloadIdentityError(.bundle, "a key of the bundle is no JSON object")
            }
            switch Use(key["use"]?.stringValue) {
            case .x509: try Self.read(key, index, &authorities)
            case .jwt: Self.read(key, index, &jwtKeys, &authorities)
            case nil: continue
            }
        }
        self.init(
            trustDomain: trustDomain,
            authorities: authorities,
            jwtAuthorities: try Self.keySet(jwtKeys),
            sequence: try Self.count(object, "spiffe_sequence"),
            refreshHintSeconds: try Self.count(object, "spiffe_refresh_hint")
        )
    }

    /// The `use` values that are read; they know case (section 4.2.2).
    private enum Use {
        case x509, jwt

        init?(_ text: String?) {
            guard let text else { return nil }
            if sameBytes(text, "x509-svid") {
                self = .x509
            } else if sameBytes(text, "jwt-svid") {
                self = .jwt
            } else {
                return nil
            }
        }
    }

    /// Reads an entry for X509-SVIDs: `x5c`, of which only the first certificate counts (X509-SVID specification,
    /// section 6.2), and the members of its key, which RFC 7517 section 4.7 wants to be the certificate's.
    private static func read(
        _ key: JSONObject,
        _ index: Int,
        _ authorities: inout AuthorityList
    ) throws(WorkloadIdentityError) {
        guard let text = key["x5c"]?.arrayValue?.first?.stringValue else {
            return authorities.skip(index, "the key has no certificate in 'x5c'")
        }
        guard let der = Base64.decode(text) else {
            return authorities.skip(index, "'x5c' of the key is not base64")
        }
        try authorities.add(der, index: index) { certificate in
            guard let members = certificate.jwk else { return false }
            return members.allSatisfy { member in
                guard let wanted = member.value.stringValue, let given = key[member.key]?.stringValue else {
                    return false
                }
                return sameBytes(wanted, given)
            }
        }
    }

    /// Reads an entry for JWT-SVIDs, which must have a `kid` (JWT-SVID specification, section 6.1).
    private static func read(
        _ key: JSONObject,
        _ index: Int,
        _ keys: inout [JSONValue],
        _ authorities: inout AuthorityList
    ) {
        guard key["kid"]?.stringValue != nil else {
            return authorities.skip(index, "the key of JWT-SVIDs has no 'kid'")
        }
        // Elsewhere a key is for signatures or for nothing; here `use` was a word of SPIFFE's own, and has been read.
        let plain = JSONValue.object(JSONObject(key.filter { $0.key != "use" }.map { ($0.key, $0.value) }))
        do throws(JOSEError) {
            _ = try VerificationKey(jwk: plain)
        } catch {
            authorities.skip(index, error.message)
        }
        // It stays in the set all the same: a broken key still takes its `kid`.
        keys.append(plain)
    }

    private static func keySet(_ keys: [JSONValue]) throws(WorkloadIdentityError) -> JWKSet {
        do throws(JOSEError) {
            return try JWKSet(
                json: ["keys": .array(keys)],
                limits: JWKSet.Limits(maximumBytes: maximumBytes, maximumKeys: maximumEntries)
            )
        } catch {
            throw WorkloadIdentityError(.bundle, "the keys of JWT-SVIDs: \(error.message)")
        }
    }

    private static func count(_ object: JSONObject, _ name: String) throws(WorkloadIdentityError) -> Int64? {
        guard let value = object[name] else { return nil }
        guard let number = value.integerValue, number >= 0 else {
            throw WorkloadIdentityError(.bundle, "'\(name)' of the bundle is no whole number from 0")
        }
        return number
    }
}
