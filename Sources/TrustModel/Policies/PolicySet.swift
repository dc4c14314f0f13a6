// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// A version of a policy set: Cedar texts that decide together, the schema of what they read, and their tests.
public struct PolicySet: TrustObject {
    /// What a policy set decides about.
    public enum Realm: String, Sendable, CaseIterable {
        /// The calls that enforcement points ask about.
        case calls
        /// The commands that operators give.
        case commands
    }

    /// One file of it.
    public struct File: Sendable, Equatable {
        /// What a file holds; its name says which.
        public enum Content: Sendable {
            /// Cedar policies.
            case policies
            /// A Cedar schema: `*.cedarschema`.
            case schema
            /// Tests of the policies: `*.policytest.yaml`.
            case tests
        }

        /// Its name, for people and error messages.
        public let name: String
        /// Policies, a schema or tests.
        public let text: String

        /// What it holds.
        public var content: Content {
            if name.hasSuffix(".cedarschema") { return .schema }
            return name.hasSuffix(".policytest.yaml") ? .tests : .policies
        }

        /// A file of the given text.
        public init(name: String, text: String) {
            self.name = name
            self.text = text
        }
    }

    /// The kind of its ids.
    public static let kind = ObjectKind.policySet
    /// The free text fields it takes, by name.
    public static let freeText = ["note"]
    /// The most bytes of all texts together.
    public static let longestText = 16 << 20
    /// The most files.
    public static let fileLimit = 1024

    /// Its id.
    public let id: ObjectID
    /// The policies, which count in this order, and the schema and tests that belong to them.
    public let files: [File]
    /// SHA-256 over the names and texts.
    public let digest: Fingerprint
    /// What it decides about.
    public let realm: Realm
    /// Its free text, encrypted.
    public var sealed: SealedText?

    /// A policy set of the given files.
    public init(id: ObjectID, files: [File], realm: Realm = .calls) {
        self.id = id
        self.files = files
        self.realm = realm
        digest = Self.digest(of: files)
    }

    /// Reads the members but `id` and the sealed text.
    public init(_ reader: inout ObjectReader, id: ObjectID, references: some References) throws(ShapeError) {
        self.id = id
        var files: [File] = []
        var bytes = 0
        let elements = try reader.array("files")
        guard (1...Self.fileLimit).contains(elements.count) else {
            throw ShapeError(.value, reader.pointer(to: "files"), "1 to \(Self.fileLimit) files are expected")
        }
        for element in elements {
            var file = try ObjectReader(element.value, at: element.pointer)
            let entry = File(name: try file.string("name"), text: try file.string("text"))
            try file.finish()
            guard (1...255).contains(entry.name.utf8.count) else {
                throw ShapeError(.value, file.pointer(to: "name"), "a file name of 1 to 255 bytes is expected")
            }
            guard !files.contains(where: { sameBytes($0.name, entry.name) }) else {
                throw ShapeError(.value, file.pointer(to: "name"), "this file stands twice")
            }
            bytes += entry.text.utf8.count
            files.append(entry)
        }
        guard bytes <= Self.longestText else {
            throw ShapeError(.value, reader.pointer(to: "files"), "the files have more than 16 MiB together")
        }
        self.files = files
        realm = reader.optional("realm") == nil ? .calls : try reader.choice("realm", Realm.self)
        digest = Self.digest(of: files)
        if let stated = try reader.optionalString("digest"), stated != digest.description {
            throw ShapeError(.value, reader.pointer(to: "digest"), "the digest is not that of the files")
        }
    }

    /// Writes the members but `id` and the sealed text, in their fixed order.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.key("files")
        writer.beginArray()
        for file in files {
            writer.beginObject()
            writer.member("name", file.name)
            writer.member("text", file.text)
            writer.endObject()
        }
        writer.endArray()
        writer.member("digest", digest.description)
        // Absent means calls, as in every entry from before there was anything else.
        if realm != .calls { writer.member("realm", realm.rawValue) }
    }

    private static func digest(of files: [File]) -> Fingerprint {
        var writer = JSONWriter()
        writer.beginArray()
        for file in files {
            writer.string(file.name)
            writer.string(file.text)
        }
        writer.endArray()
        return Fingerprint(of: writer.bytes)
    }
}
