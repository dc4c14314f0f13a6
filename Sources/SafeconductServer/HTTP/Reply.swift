// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// What a handler answers: a status, headers and the whole body.
///
/// `Content-Length`, `Date`, `X-Request-ID` and the headers that every answer carries are the connection's business.
public struct Reply: Sendable {
    /// The HTTP status.
    public var status: Int
    /// The media type of the body.
    public var contentType: String
    /// The body's bytes.
    public var body: [UInt8]
    /// How long and by whom the answer may be kept (RFC 9111).
    public var cacheControl: String
    /// What is sent instead of ``body``, as it is made; nil for an answer that is whole.
    public var stream: ReplyStream?
    /// Further headers.
    public var headers: [(name: String, value: String)]

    /// An answer.
    public init(
        status: Int = 200,
        contentType: String,
        body: [UInt8],
        cacheControl: String = "no-store",
        headers: [(name: String, value: String)] = []
    ) {
        self.status = status
        self.contentType = contentType
        self.body = body
        self.cacheControl = cacheControl
        self.headers = headers
    }

    /// A JSON answer of the bytes written so far.
    public static func json(_ writer: JSONWriter, status: Int = 200) -> Reply {
        Reply(status: status, contentType: "application/json", body: writer.bytes)
    }

    /// A JSON answer.
    public static func json(_ value: JSONValue, status: Int = 200) -> Reply {
        Reply(status: status, contentType: "application/json", body: value.serialized())
    }

    /// A plain text answer.
    public static func text(_ text: String, status: Int = 200) -> Reply {
        Reply(status: status, contentType: "text/plain; charset=utf-8", body: Array(text.utf8))
    }
}
