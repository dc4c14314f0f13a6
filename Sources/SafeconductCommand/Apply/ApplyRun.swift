// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Applying documents to a server.
struct ApplyRun: Sendable {
    let client: Client
    /// In the order in which they are applied.
    let documents: [ApplyDocument]
    /// The state that they were compared with; nil applies them to whatever is there.
    var version: StateVersion?

    /// Applies them: objects part by part, each all or none, then policies.
    ///
    /// - Parameters:
    ///   - progress: Shown how many are done.
    ///   - done: Takes the results in the documents' order; of a run that failed those of the parts that were done.
    /// - Throws: The first refusal.
    func apply(_ progress: inout Progress, done: inout [ApplyResult]) async throws(CommandFailure) {
        let writer = ApplyWriter(client: client, version: version)
        let parts = ApplyParts.of(documents.filter { $0.kind != .policySet })
        // One part is looked at by the server before it is written. Of several the first would stand when the last is
        // refused, so what they refer to is looked at here.
        if parts.count > 1 {
            let plan = try await ApplyPlan.comparing(documents, client)
            for document in documents { _ = try plan.result(of: document) }
        }
        // Policies come last: what the server has against them would otherwise come after everything else was written.
        for document in documents where document.kind == .policySet { try await writer.review(document) }
        for part in parts {
            done += try await writer.apply(together: part)
            progress.show(UInt64(done.count), of: UInt64(documents.count))
        }
        for document in documents where document.kind == .policySet { done.append(try await writer.apply(document)) }
    }
}
