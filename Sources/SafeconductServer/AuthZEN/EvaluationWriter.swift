// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import StrictJSON

/// Writes AuthZEN answers.
enum EvaluationWriter {
    /// The answer to one question (section 6.2).
    static func single(_ answer: EvaluationAnswer) -> Reply {
        var writer = JSONWriter(capacity: 64 + (answer.context?.count ?? 0))
        write(answer, to: &writer)
        return reply(writer, answer.policyVersion)
    }

    static func reply(_ writer: JSONWriter, _ version: PolicyVersion?) -> Reply {
        var reply = Reply.json(writer)
        if let version { reply.headers.append((Decision.policyHeader, version.description)) }
        return reply
    }

    /// The answers to a batch (section 7.2), without a decision for the whole, as recommended.
    static func batch(_ answers: [Result<EvaluationAnswer, Problem>]) -> Reply {
        // Growing a long text copies it again and again.
        let size = answers.reduce(64) { $0 + 64 + ((try? $1.get().context?.count) ?? 0) }
        var writer = JSONWriter(capacity: size)
        writer.beginObject()
        writer.key("evaluations")
        writer.beginArray()
        for answer in answers {
            switch answer {
            case .success(let answer): write(answer, to: &writer)
            case .failure(let problem): write(problem, to: &writer)
            }
        }
        writer.endArray()
        writer.endObject()
        // What was decided last says most about what decides now.
        return reply(writer, answers.lazy.reversed().compactMap { try? $0.get().policyVersion }.first)
    }

    private static func write(_ answer: EvaluationAnswer, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("decision")
        writer.bool(answer.decision)
        if let context = answer.context {
            writer.key("context")
            writer.raw(context)
        }
        writer.endObject()
    }

    /// A fault of one item: closed, with the error in its context (section 7.2.1).
    private static func write(_ problem: Problem, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("decision")
        writer.bool(false)
        writer.key("context")
        writer.beginObject()
        writer.key("error")
        writer.beginObject()
        writer.key("status")
        writer.integer(Int64(problem.code.status))
        writer.key("message")
        writer.string(problem.detail)
        writer.key("code")
        writer.string(problem.code.rawValue)
        if let pointer = problem.faults.first?.pointer {
            writer.key("pointer")
            writer.string(pointer)
        }
        writer.endObject()
        writer.endObject()
        writer.endObject()
    }
}
