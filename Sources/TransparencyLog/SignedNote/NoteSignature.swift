// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// One signature line of a note (c2sp.org/signed-note, "Signatures").
public struct NoteSignature: Sendable, Hashable {
    /// The name of the key that is said to have signed.
    public let name: KeyName
    /// The first four bytes of the key's hash, the first being the highest.
    public let keyID: UInt32
    /// What follows the key id: for Ed25519 the 64-byte signature, for a cosignature a time before it.
    public let blob: [UInt8]

    /// Takes the parts of a signature line.
    public init(name: KeyName, keyID: UInt32, blob: [UInt8]) {
        self.name = name
        self.keyID = keyID
        self.blob = blob
    }

    private static let dash = Array("\u{2014} ".utf8)

    /// Reads a line without its newline; `offset` is where it stands in the note.
    init(line: ArraySlice<UInt8>, offset: Int) throws(TransparencyLogError) {
        guard line.starts(with: Self.dash) else {
            throw TransparencyLogError(.note, "a signature line does not begin with an em dash", at: offset)
        }
        let rest = line.dropFirst(Self.dash.count)
        guard let space = rest.firstIndex(of: LogText.space) else {
            throw TransparencyLogError(.note, "a signature line has no space after the key name", at: offset)
        }
        do throws(TransparencyLogError) {
            name = try KeyName(String(decoding: rest[..<space], as: UTF8.self))
        } catch {
            throw TransparencyLogError(.note, error.message, at: offset)
        }
        guard let bytes = Base64.decode(rest[(space + 1)...]), bytes.count > 4 else {
            throw TransparencyLogError(.note, "a signature is not base64 of a key id and more", at: offset)
        }
        keyID = bytes[..<4].reduce(0) { $0 << 8 | UInt32($1) }
        blob = Array(bytes[4...])
    }

    /// The line as it stands in a note, with its newline.
    var line: [UInt8] {
        let id = (0..<4).map { UInt8(truncatingIfNeeded: keyID >> (24 - 8 * $0)) }
        return Self.dash + Array(name.text.utf8) + [LogText.space] + Base64.encodedBytes(id + blob) + [LogText.newline]
    }
}
