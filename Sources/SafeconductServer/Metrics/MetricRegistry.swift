// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import Safeconduct
import Synchronization

/// The server's metrics, read as Prometheus text format 0.0.4.
///
/// Labels hold names of code and configuration (a route, a status class, an outcome), never ids of identities or
/// anything else that grows with the number of callers.
public final class MetricRegistry: Sendable {
    private struct Family: Sendable {
        let name: String
        let help: String
        let kind: MetricFamily.Kind
        var cells: [@Sendable () -> [MetricFamily.Point]]
    }

    private let families = Mutex<[Family]>([])

    /// A registry without metrics.
    public init() {}

    /// A new counter; its name ends in `_total`.
    public func counter(_ name: String, _ help: String, labels: [(String, String)] = []) -> Counter {
        let counter = Counter()
        add(name, help, .counter, labels) { .count(counter.value, .plain) }
        return counter
    }

    /// A new gauge.
    public func gauge(_ name: String, _ help: String, labels: [(String, String)] = []) -> Gauge {
        let gauge = Gauge()
        add(name, help, .gauge, labels) { .level(gauge.value, .plain) }
        return gauge
    }

    /// A new histogram; its name ends in `_seconds`.
    public func histogram(_ name: String, _ help: String, labels: [(String, String)] = []) -> DurationHistogram {
        let histogram = DurationHistogram()
        add(name, help, .histogram, labels) { .buckets(histogram.reading, .nanoseconds) }
        return histogram
    }

    /// A gauge that is read whenever the metrics are.
    public func reading(
        _ name: String,
        _ help: String,
        labels: [(String, String)] = [],
        _ read: @escaping @Sendable () -> Int64
    ) {
        add(name, help, .gauge, labels) { .level(read(), .plain) }
    }

    /// A gauge in seconds that is read, in nanoseconds, whenever the metrics are.
    public func secondsReading(_ name: String, _ help: String, _ read: @escaping @Sendable () -> Int64) {
        add(name, help, .gauge, []) { .level(read(), .nanoseconds) }
    }

    /// A counter in seconds that is read, in nanoseconds, whenever the metrics are.
    public func secondsTotal(_ name: String, _ help: String, _ read: @escaping @Sendable () -> UInt64) {
        add(name, help, .counter, []) { .count(read(), .nanoseconds) }
    }

    /// A histogram that another part keeps.
    ///
    /// - Parameter inNanoseconds: Whether it counts durations, written as seconds, or plain numbers.
    public func buckets(_ counts: BucketCounts, _ name: String, _ help: String, inNanoseconds: Bool) {
        add(name, help, .histogram, []) { .buckets(counts.reading, inNanoseconds ? .nanoseconds : .plain) }
    }

    /// A counter that is read whenever the metrics are; its name ends in `_total`.
    public func counting(_ name: String, _ help: String, _ read: @escaping @Sendable () -> UInt64) {
        add(name, help, .counter, []) { .count(read(), .plain) }
    }

    /// Counters that are read whenever the metrics are, told apart by one label of few values, known only as they come.
    public func readings(
        _ name: String,
        _ help: String,
        by label: String,
        _ read: @escaping @Sendable () -> [(value: String, count: UInt64)]
    ) {
        add(name, help, .counter) {
            read().map { MetricFamily.Point(labels: [(label, $0.value)], value: .count($0.count, .plain)) }
        }
    }

    private func add(
        _ name: String,
        _ help: String,
        _ kind: MetricFamily.Kind,
        _ labels: [(String, String)],
        _ read: @escaping @Sendable () -> MetricFamily.Value
    ) {
        let labels = labels.map { (name: $0.0, value: $0.1) }
        add(name, help, kind) { [MetricFamily.Point(labels: labels, value: read())] }
    }

    private func add(
        _ name: String,
        _ help: String,
        _ kind: MetricFamily.Kind,
        _ read: @escaping @Sendable () -> [MetricFamily.Point]
    ) {
        families.withLock { families in
            if let index = families.firstIndex(where: { $0.name == name }) {
                families[index].cells.append(read)
            } else {
                families.append(Family(name: name, help: help, kind: kind, cells: [read]))
            }
        }
    }

    /// All metrics as they are now, in the order in which they were made.
    func read() -> [MetricFamily] {
        let families = families.withLock { $0 }
        return families.map { family in
            MetricFamily(
                name: family.name,
                help: family.help,
                kind: family.kind,
                points: family.cells.flatMap { $0() }
            )
        }
    }

    /// All metrics as text.
    public func text() -> String { PrometheusText.write(read()) }
}
