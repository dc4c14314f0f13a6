// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Text and the signatures below it (c2sp.org/signed-note). Nothing here has been verified: see ``NoteVerifier``.
public struct SignedNote: Sendable, Hashable {
    /// What a parser accepts before it looks any closer.
    public struct Limits: Sendable, Hashable {
        /// The longest note, in bytes.
        public var maximumBytes: Int
        /// The most signature lines. The specification asks for at least 16.
        public var maximumSignatures: Int

        /// One million bytes and one hundred signatures: room for sixteen post-quantum signatures many times over.
        public static let standard = Limits(maximumBytes: 1_000_000, maximumSignatures: 100)

        /// Sets both bounds.
        public init(maximumBytes: Int, maximumSignatures: Int) {
            self.maximumBytes = maximumBytes
            self.maximumSignatures = maximumSignatures
        }
    }

    /// The signed text in UTF-8, its final newline included.
    public let text: [UInt8]
    /// The signatures, in the order of their lines.
    public let signatures: [NoteSignature]

    /// Puts a note together. Throws `.note` or `.encoding` for a text that a parser would not give back.
    public init(text: [UInt8], signatures: [NoteSignature]) throws(TransparencyLogError) {
        try Self.check(text: text)
        guard !signatures.isEmpty else { throw TransparencyLogError(.note, "a note has at least one signature") }
        self.text = text
        self.signatures = signatures
    }

    /// Reads a note. Throws `.tooLarge`, `.encoding` or `.note`.
    ///
    /// A note has exactly one byte form: ``bytes`` gives back what was read.
    public init(parsing bytes: [UInt8], limits: Limits = .standard) throws(TransparencyLogError) {
        guard bytes.count <= limits.maximumBytes else {
            throw TransparencyLogError(.tooLarge, "the note is longer than \(limits.maximumBytes) bytes")
        }
        try LogText.check(bytes)
        guard bytes.last == LogText.newline else {
            throw TransparencyLogError(.note, "the note does not end in a newline", at: bytes.count)
        }
        // The text may hold blank lines of its own; the last one is the separator.
        guard let end = LogText.endBeforeLastBlankLine(bytes), end + 1 < bytes.count else {
            throw TransparencyLogError(.note, "no blank line stands between text and signatures")
        }
        let lines = LogText.lines(bytes[(end + 1)...])
        guard lines.count <= limits.maximumSignatures else {
            throw TransparencyLogError(.tooLarge, "the note has more than \(limits.maximumSignatures) signatures")
        }
        var signatures: [NoteSignature] = []
        for line in lines {
            signatures.append(try NoteSignature(line: line, offset: line.startIndex))
        }
        text = Array(bytes[..<end])
        self.signatures = signatures
    }

    /// The note as it is served and stored.
    public var bytes: [UInt8] {
        signatures.reduce(into: text + [LogText.newline]) { $0 += $1.line }
    }

    /// The same text with one more signature line.
    public func adding(_ signature: NoteSignature) -> SignedNote {
        SignedNote(checkedText: text, signatures: signatures + [signature])
    }

    private init(checkedText text: [UInt8], signatures: [NoteSignature]) {
        self.text = text
        self.signatures = signatures
    }

    static func check(text: [UInt8]) throws(TransparencyLogError) {
        try LogText.check(text)
        guard text.last == LogText.newline else {
            throw TransparencyLogError(.note, "the text of a note ends in a newline", at: text.count)
        }
    }
}
