// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension TlogProof {
    /// The file.
    public var bytes: [UInt8] {
        var lines = [Self.header]
        if let extra { lines.append("extra " + Base64.encode(extra)) }
        lines.append("index \(index)")
        lines += hashes.map(\.base64)
        return Array((lines.joined(separator: "\n") + "\n\n").utf8) + checkpoint.bytes
    }

    /// Reads a file. Throws `.tooLarge`, `.encoding`, `.proof` or, for the checkpoint's note, `.note`.
    ///
    /// A proof has exactly one byte form: ``bytes`` gives back what was read.
    public init(parsing bytes: [UInt8]) throws(TransparencyLogError) {
        guard bytes.count <= Self.maximumBytes else {
            throw TransparencyLogError(.tooLarge, "the proof is longer than \(Self.maximumBytes) bytes")
        }
        guard let end = LogText.endBeforeFirstBlankLine(bytes) else {
            throw TransparencyLogError(.proof, "no blank line stands between proof and checkpoint")
        }
        var lines = LogText.lines(bytes[..<end])[...]
        guard let header = lines.popFirst(), header.elementsEqual(Self.header.utf8) else {
            throw TransparencyLogError(.proof, "the first line is not \(Self.header)", at: 0)
        }
        var extra: [UInt8]?
        if let line = lines.first, let value = Self.value(of: line, field: "extra ") {
            extra = Base64.decode(value)
            guard extra != nil else {
                throw TransparencyLogError(.proof, "the extra data are not base64", at: value.startIndex)
            }
            lines.removeFirst()
        }
        guard let line = lines.popFirst(), let value = Self.value(of: line, field: "index "),
            let index = Decimal.parse(value)
        else {
            throw TransparencyLogError(.proof, "a line with the index in plain decimal is missing")
        }
        guard lines.count < 64 else { throw TransparencyLogError(.proof, "a proof has at most 63 hashes") }
        var hashes: [Hash32] = []
        for line in lines {
            guard let hash = Hash32(base64: line) else {
                throw TransparencyLogError(.proof, "a hash is not base64 of 32 bytes", at: line.startIndex)
            }
            hashes.append(hash)
        }
        let note = try SignedNote(parsing: Array(bytes[(end + 1)...]))
        try self.init(index: index, hashes: hashes, checkpoint: note, extra: extra)
    }

    private static func value(of line: ArraySlice<UInt8>, field: String) -> ArraySlice<UInt8>? {
        line.starts(with: field.utf8) ? line.dropFirst(field.utf8.count) : nil
    }
}
