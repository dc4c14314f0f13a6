// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

extension EvaluationWriter {
    /// The answer to a search (sections 8.4 to 8.6). A page stands there when one was asked for or there are more.
    static func search(_ answer: SearchAnswer, to search: AccessSearch) -> Reply {
        var writer = JSONWriter(capacity: 64 + answer.results.count * 48)
        writer.beginObject()
        if let context = answer.context {
            writer.key("context")
            writer.raw(context)
        }
        writer.key("results")
        writer.beginArray()
        for result in answer.results {
            writer.beginObject()
            switch search.sought {
            case .subject: write(search.subject.type, result, to: &writer)
            case .resource: write(search.resource.type, result, to: &writer)
            case .action:
                writer.key("name")
                writer.string(result)
            }
            writer.endObject()
        }
        writer.endArray()
        if search.page.isStated || answer.next != nil {
            writer.key("page")
            writer.beginObject()
            writer.key("next_token")
            writer.string(answer.next.map { SearchToken($0, of: search).text } ?? "")
            writer.key("count")
            writer.integer(Int64(answer.results.count))
            writer.endObject()
        }
        writer.endObject()
        return reply(writer, answer.policyVersion)
    }

    private static func write(_ type: String, _ id: String, to writer: inout JSONWriter) {
        writer.key("type")
        writer.string(type)
        writer.key("id")
        writer.string(id)
    }
}
