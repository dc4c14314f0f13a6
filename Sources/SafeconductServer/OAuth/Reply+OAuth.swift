// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import StrictJSON
import WorkloadIdentity

extension Reply {
    /// A refusal of an OAuth endpoint (RFC 6749 section 5.2), with the id of the decision where it was one.
    static func oauth(
        _ error: OAuthError,
        _ description: String,
        decision: String? = nil,
        status: Int,
        headers: [(name: String, value: String)] = []
    ) -> Reply {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("error")
        writer.string(error.code)
        writer.key("error_description")
        writer.string(Self.described(description))
        if let decision {
            writer.key("decision_id")
            writer.string(decision)
        }
        writer.endObject()
        var reply = Reply.json(writer, status: status)
        reply.headers = headers
        return reply
    }

    /// The characters that `error_description` may have: visible ASCII and spaces, without quotes and backslashes.
    private static func described(_ text: String) -> String {
        let bytes = text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "\""): UInt8(ascii: "'")
            case UInt8(ascii: "\\"): UInt8(ascii: "/")
            case 0x20...0x7E: byte
            default: UInt8(ascii: "?")
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Problem {
    /// What the problem is to a client of OAuth.
    var oauthError: OAuthError {
        switch code.status {
        case 503, 429: .temporarilyUnavailable
        case 500: .serverError
        default: .invalidRequest
        }
    }
}
