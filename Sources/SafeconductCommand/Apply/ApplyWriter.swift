// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// Writes documents to the server, one by one.
struct ApplyWriter: Sendable {
    let client: Client

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

    private func activate(_ document: ApplyDocument) async throws(CommandFailure) -> ApplyResult {
        let files = PolicyDocument.files(of: document)
        let before = try await PolicyActivate.active(client)
        if let before, PolicyFiles.areActive(files, in: before) {
            return ApplyResult(
                kind: .policySet,
                name: document.name,
                change: .unchanged,
                revision: before["rev"]
            )
        }
        let answer = try await client.put("/v1/policies/active", .object(document.object))
        guard answer.isSuccess else { throw Self.refusal(answer, of: document) }
        return ApplyResult(
            kind: .policySet,
            name: document.name,
            change: before == nil ? .created : .changed,
            revision: try answer.json()["rev"]
        )
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
