// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import StrictYAML
import TrustModel

/// One document of a file: what is to be registered, and where it stands.
struct ApplyDocument: Sendable {
    /// The file, as it was named.
    let file: String
    /// The YAML, for the places of errors; nil when the document was made of something else.
    let source: YAMLDocument?
    let kind: ApplyKind
    /// The name; of a policy set only what people call it.
    let name: String
    /// The object as the API takes it.
    var object: JSONObject

    /// Reads a document.
    ///
    /// - Throws: ``CommandFailure`` as `file:line:column: document N: message (pointer)`.
    init(_ source: YAMLDocument, file: String) throws(CommandFailure) {
        self.file = file
        self.source = source
        let fault = { (pointer: String, message: String) in
            Self.failure(.error, file, source, pointer, message)
        }
        guard var object = source.value.objectValue else { throw fault("", "a document is a mapping with a kind") }
        guard let word = object["kind"]?.stringValue else { throw fault("/kind", "'kind' is required") }
        guard let kind = ApplyKind(rawValue: word) else {
            let all = ApplyKind.allCases.map(\.rawValue)
            let near = Self.nearest(word, all).map { "; did you mean '\($0)'?" } ?? ""
            throw fault("/kind", "'\(Printable.text(word))' is no kind\(near)")
        }
        object["kind"] = nil
        if kind.hasType {
            object["kind"] = object["type"]
            object["type"] = nil
        }
        self.kind = kind
        if kind == .policySet {
            name = object["name"]?.stringValue ?? "active"
            object["name"] = nil
        } else {
            guard let name = object["name"]?.stringValue, Name.isValid(name) else {
                throw fault("/name", "'name' is required: 1 to 63 of a-z 0-9 . _ -")
            }
            self.name = name
        }
        // A team without an owner answers for itself.
        if kind == .operator, object["owner"] == nil { object["owner"] = .string(name) }
        self.object = object
    }

    /// A document made of what stands in another kind of file.
    init(kind: ApplyKind, name: String, object: JSONObject, file: String) {
        self.file = file
        source = nil
        self.kind = kind
        self.name = name
        self.object = object
    }

    /// Documents in the order in which they are applied.
    ///
    /// - Throws: ``CommandFailure`` when two describe the same object.
    static func inOrder(_ documents: [ApplyDocument]) throws(CommandFailure) -> [ApplyDocument] {
        var seen: [String: ApplyDocument] = [:]
        for document in documents {
            let key = document.kind == .policySet ? "PolicySet" : "\(document.kind.rawValue)/\(document.name)"
            if let first = seen[key] {
                let message =
                    document.kind == .policySet
                    ? "one policy set is active at a time; the other stands in \(first.place)"
                    : "\(key) stands in \(first.place) already"
                throw document.failure(.error, "", message)
            }
            seen[key] = document
        }
        // Swift's sort is stable only by accident; the position makes it so.
        return documents.enumerated().sorted { ($0.element.kind, $0.offset) < ($1.element.kind, $1.offset) }
            .map(\.element)
    }

    /// `file:line`.
    var place: String { source.map { "\(file):\($0.place(of: "").line)" } ?? file }

    /// A failure at `pointer` of the object.
    func failure(
        _ status: ExitStatus,
        _ pointer: String,
        _ message: String,
        hints: [String] = []
    ) -> CommandFailure {
        // In the document, the object's own kind is called `type`.
        guard kind.hasType, sameBytes(pointer, "/kind") else {
            return Self.failure(status, file, source, pointer, message, hints: hints)
        }
        let message = message.replacing("'kind'", with: "'type'")
        return Self.failure(status, file, source, "/type", message, hints: hints)
    }

    private static func failure(
        _ status: ExitStatus,
        _ file: String,
        _ source: YAMLDocument?,
        _ pointer: String,
        _ message: String,
        hints: [String] = []
    ) -> CommandFailure {
        let tail = pointer.isEmpty ? "" : " (\(Printable.text(pointer)))"
        guard let source else { return CommandFailure(status, "\(file): \(message)\(tail)", hints: hints) }
        let place = source.place(of: pointer)
        return CommandFailure(
            status,
            "\(file):\(place.line):\(place.column): document \(source.number): \(message)\(tail)",
            hints: hints
        )
    }

    /// The nearest kind, whatever the case of its letters.
    private static func nearest(_ word: String, _ all: [String]) -> String? {
        all.first { $0.lowercased() == word.lowercased() } ?? nearestName(to: word, among: all)
    }
}
