// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A log's claim about itself: so many leaves, this root (c2sp.org/tlog-checkpoint, "Note text").
public struct Checkpoint: Sendable, Hashable, CustomStringConvertible {
    /// Which log: usually its URL without scheme. Compare with ``hasOrigin(_:)``, which compares bytes.
    public let origin: String
    /// The number of leaves.
    public let size: UInt64
    /// The RFC 6962 root of that many leaves.
    public let root: Hash32
    /// Further lines, opaque and not recommended by the specification; they are signed along.
    public let extensions: [String]

    /// Throws `.checkpoint` for an empty origin or extension, a line break or control character within one, or an
    /// empty tree with another root than SHA-256 of nothing.
    public init(
        origin: String,
        size: UInt64,
        root: Hash32,
        extensions: [String] = []
    ) throws(TransparencyLogError) {
        for line in [origin] + extensions where line.isEmpty || line.utf8.contains(where: { $0 < 0x20 }) {
            throw TransparencyLogError(.checkpoint, "a line of a checkpoint is empty or has a control character")
        }
        guard size > 0 || root == MerkleTree.emptyRoot else {
            throw TransparencyLogError(.checkpoint, "the root is not that of an empty tree")
        }
        self.origin = origin
        self.size = size
        self.root = root
        self.extensions = extensions
    }

    /// Reads the text of a note. Throws `.encoding` or `.checkpoint`.
    public init(text: [UInt8]) throws(TransparencyLogError) {
        try LogText.check(text)
        guard text.last == LogText.newline else {
            throw TransparencyLogError(.checkpoint, "a checkpoint ends in a newline", at: text.count)
        }
        let lines = LogText.lines(text[...])
        guard lines.count >= 3 else {
            throw TransparencyLogError(.checkpoint, "a checkpoint has an origin, a size and a root")
        }
        guard let size = Decimal.parse(lines[1]) else {
            throw TransparencyLogError(.checkpoint, "the size is not a plain decimal number", at: lines[1].startIndex)
        }
        guard let root = Hash32(base64: lines[2]) else {
            throw TransparencyLogError(.checkpoint, "the root is not base64 of 32 bytes", at: lines[2].startIndex)
        }
        try self.init(
            origin: String(decoding: lines[0], as: UTF8.self),
            size: size,
            root: root,
            extensions: lines[3...].map { String(decoding: $0, as: UTF8.self) }
        )
    }

    /// The text to sign, with its final newline.
    public var text: [UInt8] {
        let lines = [origin, String(size), root.base64] + extensions
        return lines.flatMap { Array($0.utf8) + [LogText.newline] }
    }

    /// Whether the checkpoint is of the log `origin`, byte for byte.
    public func hasOrigin(_ origin: String) -> Bool {
        self.origin.utf8.elementsEqual(origin.utf8)
    }

    /// The text of the checkpoint.
    public var description: String {
        String(decoding: text, as: UTF8.self)
    }

    /// Compares the texts byte for byte.
    public static func == (lhs: Checkpoint, rhs: Checkpoint) -> Bool {
        lhs.text == rhs.text
    }

    /// Feeds size and root, which all but never agree by chance.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(size)
        hasher.combine(root)
    }
}
