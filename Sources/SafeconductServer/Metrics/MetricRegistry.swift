// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The server's metrics, read as Prometheus text format 0.0.4.
///
/// Labels hold names of code and configuration (a route, a status class, an outcome), never ids of identities or
/// anything else that grows with the number of callers.
public final class MetricRegistry: Sendable {
    private enum Cell: Sendable {
        case counter(Counter)
        case gauge(Gauge)
        case histogram(DurationHistogram)
        /// Read when asked: for numbers that another part keeps anyway.
        case reading(@Sendable () -> Int64)
        /// The same of a number that only grows.
        case counting(@Sendable () -> Int64)
        /// Read when asked: counters whose one label has few values, known only as they come.
        case readings(label: String, @Sendable () -> [(value: String, count: UInt64)])
        /// Likewise, in milliseconds, for a gauge of seconds.
        case milliseconds(@Sendable () -> Int64)

        var type: String {
            switch self {
            case .counter, .counting, .readings: "counter"
            case .gauge, .reading, .milliseconds: "gauge"
            case .histogram: "histogram"
            }
        }
    }

    private struct Family: Sendable {
        let name: String
        let help: String
        var cells: [(labels: String, cell: Cell)]
    }

    private let families = Mutex<[Family]>([])

    /// A registry without metrics.
    public init() {}

    /// A new counter; its name ends in `_total`.
    public func counter(_ name: String, _ help: String, labels: [(String, String)] = []) -> Counter {
        let counter = Counter()
        add(.counter(counter), name, help, labels)
        return counter
    }

    /// A new gauge.
    public func gauge(_ name: String, _ help: String, labels: [(String, String)] = []) -> Gauge {
        let gauge = Gauge()
        add(.gauge(gauge), name, help, labels)
        return gauge
    }

    /// A new histogram; its name ends in `_seconds`.
    public func histogram(_ name: String, _ help: String, labels: [(String, String)] = []) -> DurationHistogram {
        let histogram = DurationHistogram()
        add(.histogram(histogram), name, help, labels)
        return histogram
    }

    /// A gauge that is read whenever the metrics are.
    public func reading(_ name: String, _ help: String, _ read: @escaping @Sendable () -> Int64) {
        add(.reading(read), name, help, [])
    }

    /// Counters that are read whenever the metrics are, told apart by one label.
    public func readings(
        _ name: String,
        _ help: String,
        by label: String,
        _ read: @escaping @Sendable () -> [(value: String, count: UInt64)]
    ) {
        add(.readings(label: label, read), name, help, [])
    }

    /// A gauge of seconds that is read, in milliseconds, whenever the metrics are; its name ends in `_seconds`.
    public func readingMilliseconds(_ name: String, _ help: String, _ read: @escaping @Sendable () -> Int64) {
        add(.milliseconds(read), name, help, [])
    }

    /// A counter that is read whenever the metrics are; its name ends in `_total`.
    public func counting(_ name: String, _ help: String, _ read: @escaping @Sendable () -> Int64) {
        add(.counting(read), name, help, [])
    }

    private func add(_ cell: Cell, _ name: String, _ help: String, _ labels: [(String, String)]) {
        let text = labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
        families.withLock { families in
            if let index = families.firstIndex(where: { $0.name == name }) {
                families[index].cells.append((text, cell))
            } else {
                families.append(Family(name: name, help: help, cells: [(text, cell)]))
            }
        }
    }

    /// All metrics as text.
    public func text() -> String {
        let families = families.withLock { $0 }
        var text = ""
        for family in families {
            guard let first = family.cells.first else { continue }
            text += "# HELP \(family.name) \(family.help)\n# TYPE \(family.name) \(first.cell.type)\n"
            for (labels, cell) in family.cells { Self.write(cell, family.name, labels, to: &text) }
        }
        return text
    }

    private static func write(_ cell: Cell, _ name: String, _ labels: String, to text: inout String) {
        let braced = labels.isEmpty ? "" : "{\(labels)}"
        switch cell {
        case .counter(let counter): text += "\(name)\(braced) \(counter.value)\n"
        case .gauge(let gauge): text += "\(name)\(braced) \(gauge.value)\n"
        case .milliseconds(let read):
            let value = read()
            let fraction = String(value.magnitude % 1000 + 1000).dropFirst()
            text += "\(name)\(braced) \(value < 0 ? "-" : "")\(value.magnitude / 1000).\(fraction)\n"
        case .reading(let read), .counting(let read): text += "\(name)\(braced) \(read())\n"
        case .readings(let label, let read):
            for (value, count) in read() { text += "\(name){\(label)=\"\(escaped(value))\"} \(count)\n" }
        case .histogram(let histogram):
            let counts = histogram.counts
            var total: UInt64 = 0
            for (index, count) in counts.buckets.enumerated() {
                total += count
                let bounds = DurationHistogram.bounds
                let bound = index < bounds.count ? seconds(bounds[index]) : "+Inf"
                text += "\(name)_bucket{\(labels)\(labels.isEmpty ? "" : ",")le=\"\(bound)\"} \(total)\n"
            }
            text += "\(name)_sum\(braced) \(seconds(counts.nanoseconds))\n\(name)_count\(braced) \(total)\n"
        }
    }

    /// Nanoseconds as decimal seconds, exactly.
    private static func seconds(_ nanoseconds: UInt64) -> String {
        var fraction = String(nanoseconds % 1_000_000_000)
        fraction = String(repeating: "0", count: 9 - fraction.utf8.count) + fraction
        while fraction.last == "0" { fraction.removeLast() }
        return "\(nanoseconds / 1_000_000_000)" + (fraction.isEmpty ? "" : ".\(fraction)")
    }

    private static func escaped(_ value: String) -> String {
        var text = ""
        for character in value.unicodeScalars {
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(character)
            }
        }
        return text
    }
}
