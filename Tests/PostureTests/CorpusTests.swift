// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Posture

@Suite("Documents in common use")
struct CorpusTests {
    // Skipped where the shared documents are not: the samples of this folder cover the same structures.
    @Test("are counted as another reader counts them", .enabled(if: !Corpus.entries.isEmpty), arguments: Corpus.entries)
    func counts(_ entry: Corpus.Entry) throws {
        let document = try ApiDocument(parsing: try #require(Corpus.bytes(entry.file)))
        #expect(document.summary == entry.summary)
        #expect(document.version == entry.version)
        #expect(document.webhooks == entry.webhooks)
    }
}
