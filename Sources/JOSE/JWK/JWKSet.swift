// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// The public keys of an issuer, read from a JWK Set (RFC 7517 section 5).
///
/// A member that is not understood, malformed, weak or meant for something else is kept only as the reason why it
/// was skipped, as the section advises, so that an issuer can add kinds of keys without cutting off its verifiers.
public struct JWKSet: Sendable {
    /// What a key set may cost before it is refused whole.
    public struct Limits: Sendable {
        /// The most bytes of the text.
        public var maximumBytes: Int
        /// The most members of `keys`, usable or not.
        public var maximumKeys: Int

        /// Limits of the given sizes.
        public init(maximumBytes: Int = 256 << 10, maximumKeys: Int = 128) {
            self.maximumBytes = maximumBytes
            self.maximumKeys = maximumKeys
        }

        /// 256 KiB and 128 keys.
        public static let standard = Limits()
    }

    /// A member of the set that cannot be used.
    public struct Skipped: Sendable, Equatable {
        /// Its position in `keys`, from 0.
        public let index: Int
        /// Its `kid`, when it has one.
        public let keyID: String?
        /// Why it cannot be used.
        public let reason: JOSEError
    }

    private let directory: KeyDirectory<VerificationKey>

    /// The keys of a JWK Set.
    ///
    /// - Throws: ``JOSEError`` when the value is no key set, has too many keys, or mixes symmetric with other keys.
    public init(
        json: JSONValue,
        limits: Limits = .standard,
        privateMembers: VerificationKey.PrivateMembers = .refused
    ) throws(JOSEError) {
        let members = try Self.members(json, limits)
        if try Self.isSymmetric(members) {
            throw JOSEError(.keyUnsupported, "a set of symmetric keys verifies nothing for anybody else")
        }
        var entries: [KeyDirectory<VerificationKey>.Entry] = []
        for member in members {
            let key: Result<VerificationKey, JOSEError>
            do throws(JOSEError) {
                key = .success(try VerificationKey(jwk: member, privateMembers: privateMembers))
            } catch {
                key = .failure(error)
            }
            entries.append(.init(keyID: member["kid"]?.stringValue, key: key))
        }
        directory = KeyDirectory(entries: entries)
    }

    /// The keys of the text of a JWK Set.
    ///
    /// - Throws: ``JOSEError`` as ``init(json:limits:privateMembers:)``, or when the text is no strict JSON.
    public init(parsing bytes: [UInt8], limits: Limits = .standard) throws(JOSEError) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(
                parsing: bytes,
                limits: JSONLimits(maximumBytes: limits.maximumBytes, maximumDepth: 16)
            )
        } catch {
            throw JOSEError(error.code == .size ? .size : .keyMalformed, "the key set at \(error)")
        }
        try self.init(json: value, limits: limits)
    }

    /// The set of the given keys.
    public init(_ keys: [VerificationKey]) {
        directory = KeyDirectory(entries: keys.map { .init(keyID: $0.keyID, key: .success($0)) })
    }

    /// The usable keys, in the order of the set.
    public var keys: [VerificationKey] { directory.entries.compactMap { try? $0.key.get() } }

    /// The members that cannot be used, and why.
    public var skipped: [Skipped] {
        directory.entries.enumerated().compactMap { index, entry in
            guard case .failure(let reason) = entry.key else { return nil }
            return Skipped(index: index, keyID: entry.keyID, reason: reason)
        }
    }

    /// The key that a token with this header means, or why there is none.
    ///
    /// A `kid` must equal that of exactly one member. Without `kid` the set must have exactly one member.
    public func key(for header: JWSHeader) -> Result<VerificationKey, JOSEError> { directory.key(for: header.keyID) }

    /// The set as JSON, for publishing.
    public var json: JSONValue { ["keys": .array(keys.map { .object($0.jwk) })] }
}

extension JWKSet {
    /// The members of `keys`, within bounds.
    static func members(_ json: JSONValue, _ limits: Limits) throws(JOSEError) -> [JSONValue] {
        guard case .object(let object) = json, let members = object["keys"]?.arrayValue else {
            throw JOSEError(.keyMalformed, "a JWK Set is a JSON object with an array 'keys'")
        }
        guard members.count <= limits.maximumKeys else {
            throw JOSEError(.size, "the key set has more than \(limits.maximumKeys) keys")
        }
        return members
    }

    /// Whether all members are symmetric.
    ///
    /// - Throws: When only some are. In such a set a verifier can be led to take a public key's bytes for a secret,
    ///   or a secret was published.
    static func isSymmetric(_ members: [JSONValue]) throws(JOSEError) -> Bool {
        let symmetric = members.count { $0["kty"]?.stringValue.map { sameBytes($0, "oct") } ?? false }
        guard symmetric == 0 || symmetric == members.count else {
            throw JOSEError(.keySetMixed, "the key set mixes symmetric and asymmetric keys")
        }
        return symmetric > 0
    }
}
