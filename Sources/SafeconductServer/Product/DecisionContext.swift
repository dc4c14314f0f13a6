// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import StrictJSON
import TrustModel

extension Decision {
    /// The context of an AuthZEN answer: what happened, why, and what would help.
    func context() -> [UInt8] {
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writeMembers(to: &writer)
        writer.endObject()
        return writer.bytes
    }

    private func writeMembers(to writer: inout JSONWriter) {
        if let id {
            writer.key("decision_id")
            writer.string(id.description)
        }
        writer.key("outcome")
        writer.string(outcome.rawValue)
        writer.key("reason")
        writer.beginObject()
        writer.key("class")
        writer.string(reason)
        writer.key("message")
        writer.string(message)
        writer.key("policies")
        writer.beginArray()
        for policy in policies { writer.string(policy) }
        writer.endArray()
        writer.endObject()
        if !remedies.isEmpty {
            writer.key("remedies")
            writer.beginArray()
            for remedy in remedies { writer.string(remedy.description) }
            writer.endArray()
        }
        if let challenge {
            writer.key("www_authenticate")
            writer.string(challenge)
        }
        if let remaining {
            writer.key("remaining")
            writer.integer(remaining)
        }
        if let retryAfter {
            writer.key("retry_after_ms")
            writer.integer(retryAfter)
        }
        writer.key("rev")
        writer.integer(Int64(clamping: rev))
        writer.key("score")
        writer.beginObject()
        writer.key("caller")
        writer.integer(score.score)
        writer.key("band")
        writer.string(score.band.rawValue)
        writer.endObject()
        if let log {
            writer.key("log")
            writer.string(log)
        }
    }
}
