// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension Explanation {
    /// The explanation for people: a few plain sentences, one a line.
    public var text: String {
        var sentences = ExplanationSentences(self, disclosure)
        sentences.write()
        return sentences.lines.joined(separator: "\n")
    }
}
