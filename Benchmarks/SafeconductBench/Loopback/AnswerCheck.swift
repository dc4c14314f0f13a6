// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What an answer must say to count.
enum AnswerCheck {
    /// Status 200, and the body has `text` so many times.
    case body(StaticString, times: Int)
    /// Status 200, and the header section has `text`.
    case head(StaticString)

    /// Throws when the answer is another one.
    func check(_ answer: AnswerBuffer.Answer, in buffer: AnswerBuffer) throws {
        let isRight =
            switch self {
            case .body(let text, let times): buffer.count(text, in: answer.body) == times
            case .head(let text): buffer.count(text, in: answer.head) == 1
            }
        guard answer.status == 200, isRight else {
            let body = buffer.text(answer.body.prefix(600))
            throw BenchFailure("a wrong answer, status \(answer.status): \(body)")
        }
    }
}
