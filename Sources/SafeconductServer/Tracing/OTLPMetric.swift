// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import StrictJSON

/// Writes one metric as OTLP has it: cumulative sums, gauges and histograms with explicit bounds.
struct OTLPMetric {
    let began: UInt64
    let now: UInt64

    func write(_ family: MetricFamily, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("name")
        writer.string(family.name)
        writer.key("description")
        writer.string(family.help)
        if family.name.hasSuffix("_seconds") || family.name.hasSuffix("_seconds_total") {
            writer.key("unit")
            writer.string("s")
        } else if family.name.hasSuffix("_bytes") {
            writer.key("unit")
            writer.string("By")
        }
        switch family.kind {
        case .gauge: writer.key("gauge")
        case .counter: writer.key("sum")
        case .histogram: writer.key("histogram")
        }
        writer.beginObject()
        if family.kind != .gauge {
            writer.key("aggregationTemporality")
            writer.integer(2)
        }
        if family.kind == .counter {
            writer.key("isMonotonic")
            writer.bool(true)
        }
        writer.key("dataPoints")
        writer.beginArray()
        for point in family.points { write(point, to: &writer) }
        writer.endArray()
        writer.endObject()
        writer.endObject()
    }

    private func write(_ point: MetricFamily.Point, to writer: inout JSONWriter) {
        writer.beginObject()
        OTLPText.write(point.labels.map { ($0.name, .string($0.value)) }, to: &writer)
        writer.key("startTimeUnixNano")
        writer.string(String(began))
        writer.key("timeUnixNano")
        writer.string(String(now))
        switch point.value {
        case .count(let count, let unit): write(count, isNegative: false, unit, to: &writer)
        case .level(let level, let unit): write(level.magnitude, isNegative: level < 0, unit, to: &writer)
        case .buckets(let reading, let unit):
            writer.key("count")
            writer.string(String(reading.counts.reduce(0, +)))
            writer.key("sum")
            writer.raw(Self.double(reading.sum, unit).utf8)
            writer.key("bucketCounts")
            writer.beginArray()
            for count in reading.counts { writer.string(String(count)) }
            writer.endArray()
            writer.key("explicitBounds")
            writer.beginArray()
            for bound in reading.bounds { writer.raw(Self.double(bound, unit).utf8) }
            writer.endArray()
        }
        writer.endObject()
    }

    private func write(_ number: UInt64, isNegative: Bool, _ unit: MetricFamily.Unit, to writer: inout JSONWriter) {
        let sign = isNegative ? "-" : ""
        switch unit {
        case .plain:
            writer.key("asInt")
            writer.string(sign + String(number))
        case .nanoseconds:
            writer.key("asDouble")
            writer.raw((sign + Self.double(number, unit)).utf8)
        }
    }

    private static func double(_ number: UInt64, _ unit: MetricFamily.Unit) -> String {
        switch unit {
        case .plain: String(number)
        case .nanoseconds: PrometheusText.seconds(number)
        }
    }
}
