// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

extension Problem {
    static let mediaType = "application/problem+json"

    /// The answer on the wire.
    ///
    /// - Parameters:
    ///   - instance: The id of the request, so that a report names the very line in the log.
    ///   - form: How the route writes its refusals.
    func reply(instance: String, as form: Route.ErrorForm = .problem) -> Reply {
        guard form == .problem else {
            return Reply.oauth(oauthError, detail, status: code.status, headers: headers)
        }
        return Reply(status: code.status, contentType: Self.mediaType, body: body(instance: instance), headers: headers)
    }

    /// The JSON object of RFC 9457 section 3.
    func body(instance: String) -> [UInt8] {
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writer.key("type")
        writer.string(code.type)
        writer.key("title")
        writer.string(code.title)
        writer.key("status")
        writer.integer(Int64(code.status))
        writer.key("detail")
        writer.string(detail)
        writer.key("instance")
        writer.string(instance)
        writer.key("code")
        writer.string(code.rawValue)
        writeFaults(to: &writer)
        if let remedy {
            writer.key("remedy")
            writer.string(remedy)
        }
        for member in members {
            writer.key(member.name)
            writer.value(member.value)
        }
        writer.endObject()
        return writer.bytes
    }

    private func writeFaults(to writer: inout JSONWriter) {
        guard !faults.isEmpty else { return }
        writer.key("errors")
        writer.beginArray()
        for fault in faults {
            writer.beginObject()
            writer.key("pointer")
            writer.string(fault.pointer)
            writer.key("code")
            writer.string(fault.code)
            writer.key("detail")
            writer.string(fault.detail)
            writer.endObject()
        }
        writer.endArray()
    }
}
