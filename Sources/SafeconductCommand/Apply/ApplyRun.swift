// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Applying documents to a server, wave by wave.
struct ApplyRun: Sendable {
    let client: Client
    let documents: [ApplyDocument]

    /// Applies them.
    ///
    /// - Parameters:
    ///   - progress: Shown how many are done.
    ///   - done: Takes the results in the documents' order; of a run that failed those that were done.
    /// - Throws: The failure that stands first in the documents' order.
    func apply(_ progress: inout Progress, done: inout [ApplyResult]) async throws(CommandFailure) {
        let writer = ApplyWriter(client: client)
        let total = UInt64(documents.count)
        var before = 0
        for wave in ApplyWaves.of(documents) {
            let results = await BoundedWork.results(wave) { document in
                await Result { () async throws(CommandFailure) in try await writer.apply(document) }
            } finished: {
                progress.show(UInt64(before + $0), of: total)
            }
            before += wave.count
            var first: CommandFailure?
            for result in results {
                switch result {
                case .success(let result): done.append(result)
                case .failure(let failure): first = first ?? failure
                case nil: break
                }
            }
            if let first { throw first }
        }
    }
}
