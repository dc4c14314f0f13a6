// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// Writes questions as AuthZEN 1.0 requests.
enum QuestionWriter {
    /// The body of one question (section 6.1).
    static func single(_ question: Question) -> [UInt8] {
        var writer = JSONWriter(capacity: 1024)
        write(question, to: &writer)
        return writer.bytes
    }

    /// The body of several (section 7.1). Each is decided, whatever the others come to.
    static func batch(_ questions: some Collection<Question>) -> [UInt8] {
        var writer = JSONWriter(capacity: 1024 * questions.count)
        writer.beginObject()
        writer.key("evaluations")
        writer.beginArray()
        for question in questions { write(question, to: &writer) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    private static func write(_ question: Question, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("subject")
        write(question.subject, to: &writer)
        writer.key("action")
        writer.beginObject()
        writer.key("name")
        writer.string(question.action)
        writer.endObject()
        writer.key("resource")
        write(question.resource, to: &writer)
        if !question.attributes.isEmpty {
            writer.key("context")
            writer.beginObject()
            // In one order, so that the same question is the same bytes.
            for (name, value) in question.attributes.sorted(by: { $0.key < $1.key }) {
                writer.key(name)
                switch value {
                case .string(let text): writer.string(text)
                case .integer(let number): writer.integer(number)
                case .boolean(let flag): writer.bool(flag)
                }
            }
            writer.endObject()
        }
        writer.endObject()
    }

    private static func write(_ subject: Question.Subject, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("type")
        writer.string("identity")
        writer.key("id")
        switch subject {
        case .asserted(let name): writer.string(name)
        case .proven(let token): write(token, nil, to: &writer)
        case .bound(let token, let proof): write(token, proof, to: &writer)
        }
        writer.endObject()
    }

    private static func write(_ token: Redacted, _ proof: Question.Proof?, to writer: inout JSONWriter) {
        // Who it is, the token says; the server refuses a token that proves another than the one named here.
        writer.string("")
        writer.key("properties")
        writer.beginObject()
        writer.key("credential")
        writer.beginObject()
        writer.key("type")
        writer.string("jwt")
        writer.key("value")
        writer.string(token.secret)
        if let proof {
            writer.key("dpop")
            writer.beginObject()
            for (name, text) in [("proof", proof.text.secret), ("method", proof.method), ("url", proof.url)] {
                writer.key(name)
                writer.string(text)
            }
            writer.endObject()
        }
        writer.endObject()
        writer.endObject()
    }

    private static func write(_ resource: Question.Resource, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("type")
        switch resource {
        case .operation(let name):
            writer.string("operation")
            writer.key("id")
            writer.string(name)
        case .route(let method, let host, let path):
            writer.string("route")
            writer.key("id")
            writer.string(path)
            writer.key("properties")
            writer.beginObject()
            writer.key("method")
            writer.string(method)
            if let host {
                writer.key("host")
                writer.string(host)
            }
            writer.endObject()
        }
        writer.endObject()
    }
}
