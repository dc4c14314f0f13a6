// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// An offline proof that an entry stands in a log (c2sp.org/tlog-proof): a `.tlog-proof` file.
///
/// The entry itself is not in the file. Nothing here has been verified: see ``verify(entry:with:)``.
public struct TlogProof: Sendable, Hashable {
    /// The first line of every proof file.
    public static let header = "c2sp.org/tlog-proof@v1"

    /// The longest file that is read, in bytes: a note of the longest kind, and room for the proof.
    public static let maximumBytes = 1_100_000

    /// The longest extra data that are read, in bytes.
    public static let maximumExtraBytes = 65_536

    /// Opaque data of the application, which nobody signed; our receipts carry the salt of the leaf here.
    public let extra: [UInt8]?
    /// The zero-based place of the entry in the log.
    public let index: UInt64
    /// The sibling hashes from the leaf upwards (RFC 6962 section 2.1.1), at most 63.
    public let hashes: [Hash32]
    /// The checkpoint that the proof leads to.
    public let checkpoint: SignedNote

    /// Puts a proof together. Throws `.proof` when there are more hashes or extra data than a file may carry.
    public init(
        index: UInt64,
        hashes: [Hash32],
        checkpoint: SignedNote,
        extra: [UInt8]? = nil
    ) throws(TransparencyLogError) {
        guard hashes.count < 64 else { throw TransparencyLogError(.proof, "a proof has at most 63 hashes") }
        guard (extra?.count ?? 0) <= Self.maximumExtraBytes else {
            throw TransparencyLogError(.proof, "the extra data are longer than \(Self.maximumExtraBytes) bytes")
        }
        self.extra = extra
        self.index = index
        self.hashes = hashes
        self.checkpoint = checkpoint
    }
}
