// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// A JWK Set of shared secrets only; see ``InsecureHMACAlgorithm`` for why its name says insecure.
public struct InsecureHMACKeySet: Sendable {
    private let directory: KeyDirectory<InsecureHMACKey>

    /// The secrets of a JWK Set.
    ///
    /// - Throws: ``JOSEError`` when the value is no key set, has too many keys, or holds any key that is not `oct`.
    public init(json: JSONValue, limits: JWKSet.Limits = .standard) throws(JOSEError) {
        let members = try JWKSet.members(json, limits)
        guard try JWKSet.isSymmetric(members) else {
            throw JOSEError(.keyUnsupported, "the key set holds no symmetric key")
        }
        var entries: [KeyDirectory<InsecureHMACKey>.Entry] = []
        for member in members {
            let key: Result<InsecureHMACKey, JOSEError>
            do throws(JOSEError) {
                key = .success(try InsecureHMACKey(jwk: member))
            } catch {
                key = .failure(error)
            }
            entries.append(.init(keyID: member["kid"]?.stringValue, key: key))
        }
        directory = KeyDirectory(entries: entries)
    }

    /// The payload of a token that the secret it names authenticates, or why it is refused.
    public func payload(of compact: [UInt8], limits: JWSLimits = .standard) -> Result<[UInt8], JOSEError> {
        do throws(JOSEError) {
            let token = try CompactSerialization(compact, limits: limits)
            return directory.key(for: token.header.keyID).flatMap { $0.payload(of: token) }
        } catch {
            return .failure(error)
        }
    }
}
