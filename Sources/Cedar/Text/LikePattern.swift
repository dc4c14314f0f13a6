// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The right side of `like`: literal text and wildcards, where `*` stands for any run of scalars.
///
/// Kept as the literal pieces between the wildcards, as UTF-8. UTF-8 is self-synchronising, so a match of bytes is a
/// match of scalars.
public struct LikePattern: Sendable, Hashable {
    /// The literal pieces; between two neighbours stands a wildcard. Never empty: one piece means no wildcard.
    public let pieces: [[UInt8]]

    /// A pattern of these pieces, a wildcard between each two.
    public init(pieces: [[UInt8]]) {
        self.pieces = pieces.isEmpty ? [[]] : pieces
    }

    /// Whether the whole of `text` matches.
    ///
    /// Greedy from the left: the earliest place of each middle piece is the best one, so there is no backtracking
    /// between pieces, and none within one either: the time is that of the text and the pattern together.
    public func matches(_ text: Text) -> Bool {
        let bytes = text.string.utf8Span.span
        guard let first = pieces.first, let last = pieces.last else { return false }
        guard pieces.count > 1 else { return bytes.count == first.count && Self.stands(first, in: bytes, at: 0) }
        let end = bytes.count - last.count
        guard first.count <= end, Self.stands(first, in: bytes, at: 0), Self.stands(last, in: bytes, at: end) else {
            return false
        }
        var position = first.count
        for piece in pieces[1..<(pieces.count - 1)] {
            guard let found = Self.end(of: piece, in: bytes, from: position, to: end) else { return false }
            position = found
        }
        return true
    }

    /// Where the first occurrence of `piece` within a part of the text ends; nil when there is none.
    ///
    /// Knuth, Morris and Pratt's search: a long piece of one letter must not cost its length for each place of the text.
    private static func end(
        of piece: [UInt8],
        in bytes: borrowing Span<UInt8>,
        from start: Int,
        to end: Int
    ) -> Int? {
        guard !piece.isEmpty else { return start }
        var borders = [Int](repeating: 0, count: piece.count)
        var length = 0
        for index in piece.indices.dropFirst() {
            while length > 0, piece[index] != piece[length] { length = borders[length - 1] }
            if piece[index] == piece[length] { length += 1 }
            borders[index] = length
        }
        var matched = 0
        var position = start
        while position < end {
            while matched > 0, bytes[position] != piece[matched] { matched = borders[matched - 1] }
            if bytes[position] == piece[matched] { matched += 1 }
            position += 1
            if matched == piece.count { return position }
        }
        return nil
    }

    private static func stands(_ piece: [UInt8], in bytes: borrowing Span<UInt8>, at position: Int) -> Bool {
        guard position >= 0, position + piece.count <= bytes.count else { return false }
        for index in piece.indices where bytes[position + index] != piece[index] { return false }
        return true
    }
}
