// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Crypto
internal import StrictJSON
internal import TransparencyLog
public import TrustModel

/// What a backup consists of, signed with the control log's key: which only whoever has the master key can do.
public struct BackupManifest: Sendable {
    /// One file of a backup.
    public struct File: Sendable, Equatable {
        /// Its name.
        public let name: String
        /// Its size.
        public let bytes: Int64
        /// SHA-256, 64 hexadecimal digits.
        public let digest: String
    }

    /// When it was made.
    public let madeAt: Timestamp
    /// The control log's origin.
    public let origin: String
    /// The control log's generation.
    public let generation: Int64
    /// The newest revision in it.
    public let rev: UInt64
    /// The state's digest there.
    public let stateDigest: String
    /// Its files.
    public let files: [File]
    /// The checkpoints of its logs, as signed.
    public let checkpoints: [String]

    static let name = "manifest.json"
    static let signatureName = "manifest.note"
    /// Enough for tens of thousands of logs, and nothing to fear.
    static let limits = JSONLimits(maximumBytes: 16 << 20, maximumDepth: 8, maximumValues: 1 << 20)

    /// The bytes of the manifest's file.
    func serialized() -> [UInt8] {
        var writer = JSONWriter(capacity: 4096)
        writer.beginObject()
        writer.key("v")
        writer.integer(1)
        for (key, text) in [("made_at", madeAt.description), ("origin", origin)] {
            writer.key(key)
            writer.string(text)
        }
        writer.key("generation")
        writer.integer(generation)
        writer.key("rev")
        writer.integer(Int64(clamping: rev))
        writer.key("state_digest")
        writer.string(stateDigest)
        writer.key("files")
        writer.beginArray()
        for file in files {
            writer.beginObject()
            writer.key("name")
            writer.string(file.name)
            writer.key("bytes")
            writer.integer(file.bytes)
            writer.key("sha256")
            writer.string(file.digest)
            writer.endObject()
        }
        writer.endArray()
        writer.key("checkpoints")
        writer.beginArray()
        for checkpoint in checkpoints { writer.string(checkpoint) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    init(
        madeAt: Timestamp,
        opening: LogOpening,
        state: TrustState,
        files: [File],
        checkpoints: [String]
    ) {
        self.madeAt = madeAt
        origin = opening.origin
        generation = opening.generation
        rev = state.rev ?? 0
        stateDigest = state.digest.description
        self.files = files
        self.checkpoints = checkpoints
    }

    init(_ bytes: [UInt8]) throws(EngineError) {
        do {
            var reader = try ObjectReader(try JSONValue(parsing: bytes, limits: Self.limits))
            guard try reader.integer("v") == 1 else { throw ShapeError(.value, "/v", "unknown version") }
            madeAt = try reader.timestamp("made_at")
            origin = try reader.string("origin")
            generation = try reader.integer("generation")
            rev = UInt64(clamping: try reader.integer("rev"))
            stateDigest = try reader.string("state_digest")
            var files: [File] = []
            for element in try reader.array("files") {
                var file = try ObjectReader(element.value, at: element.pointer)
                files.append(
                    File(
                        name: try file.string("name"),
                        bytes: try file.integer("bytes"),
                        digest: try file.string("sha256")
                    )
                )
                try file.finish()
            }
            self.files = files
            checkpoints = try reader.strings("checkpoints")
            try reader.finish()
        } catch {
            throw EngineError(.corrupt, "the backup's manifest is unreadable: \(error)")
        }
    }

    /// What is signed: the manifest's own digest under a name that no checkpoint has.
    static func signedText(_ bytes: [UInt8]) -> [UInt8] {
        Array("safeconduct.dev/backup/v1\n\(hex(SHA256.hash(data: bytes)))\n".utf8)
    }

    static func hex(_ digest: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
