// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// Bytes of one media type and what they mean.
public struct Content: Sendable {
    /// The media type.
    public let mediaType: String
    /// The shape of the text; of one line or one event's data where there are many.
    public let schema: Schema

    /// One JSON text.
    public static func json(_ schema: Schema) -> Content { Content(mediaType: "application/json", schema: schema) }

    /// JSON texts, one a line.
    public static func lines(of schema: Schema) -> Content {
        Content(mediaType: "application/x-ndjson", schema: schema)
    }

    /// Server-sent events (HTML, section 9.2), the `data` of each one JSON text. The schema is that of one event, as OpenAPI
    /// 3.2 has it; 3.1 knows no streams.
    public static func events(of schema: Schema) -> Content {
        let data = Schema.string().with("contentMediaType", "application/json")
            .with("contentSchema", .object(schema.json))
        let event = Schema.object([
            .required("id", .string()), .required("event", .string()),
            .required("data", Schema(data.json, schema.components)),
        ])
        return Content(mediaType: "text/event-stream", schema: event)
    }

    /// Text for people or programs of another standard.
    public static func text(_ mediaType: String = "text/plain") -> Content {
        Content(mediaType: mediaType, schema: .string())
    }

    /// Any bytes.
    public static func bytes(_ mediaType: String = "application/octet-stream") -> Content {
        Content(mediaType: mediaType, schema: .any)
    }
}

/// One way in which a route answers when it does what was asked.
public struct Answer: Sendable {
    /// The HTTP status.
    public let status: Int
    /// What happened, in a sentence.
    public let summary: String
    /// The body; nil when there is none.
    public let content: Content?
    /// Headers that only this answer has, each with what it says.
    public let headers: [Parameter]

    /// An answer of the given status.
    public init(_ status: Int, _ summary: String, _ content: Content?, headers: [Parameter] = []) {
        self.status = status
        self.summary = summary
        self.content = content
        self.headers = headers
    }

    /// 200 with a JSON text.
    public static func ok(_ schema: Schema, headers: [Parameter] = []) -> Answer {
        Answer(200, "Done.", .json(schema), headers: headers)
    }

    /// 200 with a body of another media type.
    public static func ok(_ content: Content, headers: [Parameter] = []) -> Answer {
        Answer(200, "Done.", content, headers: headers)
    }

    /// 201 with a JSON text.
    public static func created(_ schema: Schema, headers: [Parameter] = []) -> Answer {
        Answer(201, "Made.", .json(schema), headers: headers)
    }

    /// 204.
    public static let noContent = Answer(204, "Done; there is nothing to tell.", nil)
}
