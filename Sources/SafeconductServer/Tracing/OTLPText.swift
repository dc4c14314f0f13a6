// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import StrictJSON

/// What is exported as OTLP/HTTP with the JSON encoding: ids in hexadecimal, 64-bit numbers as strings.
struct OTLPText: Sendable {
    /// What all spans and metrics of this process have in common.
    let resource: [(name: String, value: Span.Attribute)]

    /// The body of `/v1/traces`.
    func traces(_ spans: [Span]) -> [UInt8] {
        var writer = JSONWriter(capacity: 512 * (spans.count + 1))
        open("resourceSpans", "scopeSpans", "spans", &writer)
        for span in spans { Self.write(span, to: &writer) }
        close(&writer)
        return writer.bytes
    }

    /// The body of `/v1/metrics`.
    ///
    /// - Parameters:
    ///   - began: Since when counters count, Unix time in nanoseconds.
    ///   - now: When they were read.
    func metrics(_ families: [MetricFamily], since began: UInt64, at now: UInt64) -> [UInt8] {
        var writer = JSONWriter(capacity: 64 << 10)
        open("resourceMetrics", "scopeMetrics", "metrics", &writer)
        for family in families where !family.points.isEmpty {
            OTLPMetric(began: began, now: now).write(family, to: &writer)
        }
        close(&writer)
        return writer.bytes
    }

    private func open(_ resources: String, _ scopes: String, _ items: String, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key(resources)
        writer.beginArray()
        writer.beginObject()
        writer.key("resource")
        writer.beginObject()
        Self.write(resource, to: &writer)
        writer.endObject()
        writer.key(scopes)
        writer.beginArray()
        writer.beginObject()
        writer.key("scope")
        writer.beginObject()
        writer.key("name")
        writer.string("safeconduct")
        writer.endObject()
        writer.key(items)
        writer.beginArray()
    }

    private func close(_ writer: inout JSONWriter) {
        for _ in 0..<2 {
            writer.endArray()
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
    }

    private static func write(_ span: Span, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("traceId")
        writer.string(span.context.traceID)
        writer.key("spanId")
        writer.string(span.context.spanID)
        if let parent = span.parent {
            writer.key("parentSpanId")
            writer.string(TraceContext.spanID(parent))
        }
        if let state = span.context.state {
            writer.key("traceState")
            writer.string(state)
        }
        writer.key("name")
        writer.string(span.name)
        writer.key("kind")
        writer.integer(span.kind.rawValue)
        writer.key("startTimeUnixNano")
        writer.string(String(span.begin))
        writer.key("endTimeUnixNano")
        writer.string(String(max(span.begin, span.end)))
        write(span.attributes, to: &writer)
        if span.isError {
            writer.key("status")
            writer.beginObject()
            writer.key("code")
            writer.integer(2)
            writer.endObject()
        }
        writer.endObject()
    }

    static func write(_ attributes: [(name: String, value: Span.Attribute)], to writer: inout JSONWriter) {
        writer.key("attributes")
        writer.beginArray()
        for attribute in attributes {
            writer.beginObject()
            writer.key("key")
            writer.string(attribute.name)
            writer.key("value")
            writer.beginObject()
            switch attribute.value {
            case .string(let text):
                writer.key("stringValue")
                writer.string(text)
            case .integer(let number):
                writer.key("intValue")
                writer.string(String(number))
            }
            writer.endObject()
            writer.endObject()
        }
        writer.endArray()
    }
}
