// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What our logs hold of an entry: SHA-256 over a domain, a salt and the stored bytes.
///
/// The body lies apart, can be encrypted, and can be erased; the commitment stays in the bundles, and every proof over
/// it stays good. The salt has a fixed length, so no two pairs of salt and body spell the same input.
public struct LeafCommitment: Sendable, Hashable, CustomStringConvertible {
    /// The bytes that set these hashes apart from all others: `safeconduct.dev/leaf/v1` and a newline.
    public static let domain = Array("safeconduct.dev/leaf/v1\n".utf8)

    /// The commitment itself.
    public let value: Hash32

    /// Takes up a commitment computed earlier.
    public init(_ value: Hash32) {
        self.value = value
    }

    /// Reads a log entry; `nil` unless it is exactly 32 bytes.
    public init?(entry: some Collection<UInt8>) {
        guard let value = Hash32(bytes: entry) else { return nil }
        self.value = value
    }

    /// Commits to `body`: the bytes as stored, never a re-serialisation.
    public init(salt: LeafSalt, body: Span<UInt8>) {
        value = Hash32(hashing: Self.domain, salt.value, body)
    }

    /// Commits to `body`: the bytes as stored, never a re-serialisation.
    public init(salt: LeafSalt, body: [UInt8]) {
        self.init(salt: salt, body: body.span)
    }

    /// The 32 bytes that stand in the log as the entry.
    public var entry: [UInt8] {
        value.bytes
    }

    /// The RFC 6962 leaf hash of the entry: SHA-256(0x00 || commitment).
    public var leafHash: Hash32 {
        MerkleTree.leafHash(of: value)
    }

    /// Whether this commitment was made from `salt` and `body`.
    public func opens(salt: LeafSalt, body: [UInt8]) -> Bool {
        self == LeafCommitment(salt: salt, body: body)
    }

    /// Sixty-four lower-case hexadecimal digits.
    public var description: String {
        value.description
    }
}
