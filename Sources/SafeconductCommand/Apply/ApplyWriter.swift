// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import StrictJSON

/// Writes documents to the server.
struct ApplyWriter: Sendable {
    let client: Client
    /// The state that was looked at: what was changed since is not written over. Nil for whatever is there.
    var version: StateVersion?

    /// Registers what several documents describe in one command: all or none, and once, however often it has to be sent.
    ///
    /// - Returns: The results, in the documents' order.
    /// - Throws: ``CommandFailure`` with the place of what the server refused; nothing was written then.
    func apply(together documents: [ApplyDocument]) async throws(CommandFailure) -> [ApplyResult] {
        let objects = documents.map { document in
            JSONValue.object(
                JSONObject([
                    ("kind", document.kind.word.map { .string($0) } ?? .null), ("name", .string(document.name)),
                    ("object", .object(document.object)),
                ])
            )
        }
        var body = JSONObject([("objects", .array(objects))])
        if let version { body["unchanged_since"] = .string(version.description) }
        let answer = try await client.once(.POST, "/v1/objects", .object(body))
        guard answer.isSuccess else { throw Self.refusal(answer, of: documents) }
        let items = try answer.json()["items"]?.arrayValue ?? []
        guard items.count == documents.count else {
            throw CommandFailure(.error, "the server answered about \(items.count) objects of \(documents.count)")
        }
        return zip(documents, items).map { document, item in
            ApplyResult(
                kind: document.kind,
                name: document.name,
                change: item["result"]?.stringValue.flatMap(ApplyResult.Change.init) ?? .changed,
                revision: item["rev"]
            )
        }
    }

    /// Registers what `document` describes.
    ///
    /// - Throws: ``CommandFailure`` with the place of what the server refused.
    func apply(_ document: ApplyDocument) async throws(CommandFailure) -> ApplyResult {
        guard let (_, noun) = document.kind.object else { return try await activate(document) }
        let before = try await Registry(noun: noun, client: client).objectIfAny(document.name)
        let answer = try await client.put(noun.path(of: document.name), .object(document.object))
        guard answer.isSuccess else { throw Self.refusal(answer, of: document) }
        let after = try answer.json()
        let change: ApplyResult.Change =
            switch before {
            case nil: .created
            case let before?: before["rev"] == after["rev"] ? .unchanged : .changed
            }
        return ApplyResult(kind: document.kind, name: document.name, change: change, revision: after["rev"])
    }

    /// Asks the server what it would say to a policy set, and writes nothing.
    ///
    /// - Throws: ``CommandFailure`` with the place of what it would refuse.
    func review(_ document: ApplyDocument) async throws(CommandFailure) {
        let files = PolicyDocument.files(of: document)
        if let active = try await PolicyActivate.active(client), PolicyFiles.areActive(files, in: active) { return }
        let answer = try await client.post("/v1/policies/review", .object(document.object))
        guard answer.isSuccess else { throw Self.refusal(answer, of: document) }
        if let refusal = try answer.json()["refusal"] {
            let why = Printable.text(refusal["detail"]?.stringValue ?? "")
            throw document.failure(
                .error,
                refusal["pointer"]?.stringValue ?? "",
                "an activation would be refused: \(why)"
            )
        }
    }

    /// Activates a policy set in place of the one that is seen here: another that comes between is not replaced unseen.
    private func activate(_ document: ApplyDocument) async throws(CommandFailure) -> ApplyResult {
        let files = PolicyDocument.files(of: document)
        let (before, tag) = try await PolicyActivate.tagged(client)
        if let before, PolicyFiles.areActive(files, in: before) {
            return ApplyResult(
                kind: .policySet,
                name: document.name,
                change: .unchanged,
                revision: before["rev"]
            )
        }
        if let version { try check(before, tag, version, document) }
        let condition = tag.map { (name: "If-Match", value: $0) } ?? (name: "If-None-Match", value: "*")
        let answer = try await client.once(.PUT, "/v1/policies/active", .object(document.object), [condition])
        guard answer.isSuccess else { throw Self.refusal(answer, of: document) }
        return ApplyResult(
            kind: .policySet,
            name: document.name,
            change: before == nil ? .created : .changed,
            revision: try answer.json()["rev"]
        )
    }

    /// Refuses to replace a policy set that was activated after `version`.
    private func check(
        _ active: JSONValue?,
        _ tag: String?,
        _ version: StateVersion,
        _ document: ApplyDocument
    ) throws(CommandFailure) {
        guard let rev = active?["rev"]?.integerValue, let tag else { return }
        guard rev <= version.rev, tag.hasPrefix("\"g\(version.generation)-") else {
            throw document.failure(
                .conflict,
                "",
                "another policy set was activated at revision \(rev), after \(version)"
            )
        }
    }

    /// The server's refusal of several, at the place of the one that it is about; else of the whole.
    private static func refusal(_ answer: Answer, of documents: [ApplyDocument]) -> CommandFailure {
        let failure = answer.failure
        let fault = (try? answer.json())?["errors"]?.arrayValue?.first
        let levels = fault?["pointer"]?.stringValue?.split(separator: "/", maxSplits: 3) ?? []
        guard levels.count >= 2, levels[0] == "objects", let index = Int(levels[1]), documents.indices.contains(index),
            let detail = fault?["detail"]?.stringValue
        else { return failure }
        let pointer = levels.count > 3 ? "/\(levels[3])" : ""
        return documents[index].failure(failure.status, pointer, Printable.text(detail))
    }

    /// The server's refusal, at the place of the document that it is about.
    private static func refusal(_ answer: Answer, of document: ApplyDocument) -> CommandFailure {
        let failure = answer.failure
        let fault = (try? answer.json())?["errors"]?.arrayValue?.first
        guard let pointer = fault?["pointer"]?.stringValue, let detail = fault?["detail"]?.stringValue else {
            return document.failure(failure.status, "", failure.message, hints: failure.hints)
        }
        return document.failure(failure.status, pointer, Printable.text(detail))
    }
}
