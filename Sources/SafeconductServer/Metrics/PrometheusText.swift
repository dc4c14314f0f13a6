// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct

/// Metrics as Prometheus text format 0.0.4.
enum PrometheusText {
    static func write(_ families: [MetricFamily]) -> String {
        var text = ""
        for family in families {
            text +=
                "# HELP \(family.name) \(escaped(family.help, quotes: false))\n# TYPE \(family.name) \(family.kind.rawValue)\n"
            for point in family.points { write(point, family.name, to: &text) }
        }
        return text
    }

    private static func write(_ point: MetricFamily.Point, _ name: String, to text: inout String) {
        let labels = point.labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }.joined(separator: ",")
        let braced = labels.isEmpty ? "" : "{\(labels)}"
        switch point.value {
        case .count(let count, let unit): text += "\(name)\(braced) \(number(count, unit))\n"
        case .level(let level, let unit):
            text += "\(name)\(braced) \(level < 0 ? "-" : "")\(number(level.magnitude, unit))\n"
        case .buckets(let reading, let unit):
            var total: UInt64 = 0
            for (index, count) in reading.counts.enumerated() {
                total += count
                let bound = index < reading.bounds.count ? number(reading.bounds[index], unit) : "+Inf"
                text += "\(name)_bucket{\(labels)\(labels.isEmpty ? "" : ",")le=\"\(bound)\"} \(total)\n"
            }
            text += "\(name)_sum\(braced) \(number(reading.sum, unit))\n\(name)_count\(braced) \(total)\n"
        }
    }

    private static func number(_ number: UInt64, _ unit: MetricFamily.Unit) -> String {
        switch unit {
        case .plain: String(number)
        case .nanoseconds: seconds(number)
        }
    }

    /// Nanoseconds as decimal seconds, exactly.
    static func seconds(_ nanoseconds: UInt64) -> String {
        var fraction = String(nanoseconds % 1_000_000_000)
        fraction = String(repeating: "0", count: 9 - fraction.utf8.count) + fraction
        while fraction.last == "0" { fraction.removeLast() }
        return "\(nanoseconds / 1_000_000_000)" + (fraction.isEmpty ? "" : ".\(fraction)")
    }

    private static func escaped(_ value: String, quotes: Bool) -> String {
        var text = ""
        for character in value.unicodeScalars {
            switch character {
            case "\\": text += "\\\\"
            case "\"" where quotes: text += "\\\""
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(character)
            }
        }
        return text
    }
}
