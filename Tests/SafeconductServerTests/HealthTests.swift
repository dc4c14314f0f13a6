// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import StrictJSON
import Synchronization
import Testing

@testable import SafeconductServer

@Suite(.timeLimit(.minutes(5))) struct HealthTests {
    @Test func readinessAsksEveryPart() async throws {
        let readiness = Readiness()
        let state = Mutex(Readiness.Answer.ready)
        let shared = Shared(state)
        readiness.add("store") { shared.value.withLock { $0 } }
        readiness.add("policies") { .ready }
        try await TestServer.run(HealthRoutes.routes(readiness: readiness, metrics: MetricRegistry())) { server in
            let client = TestClient(port: server.port)
            let live = try await client.send("GET", "/livez")
            #expect(live.status == 200 && live.text == "ok\n")
            let ready = try await client.send("GET", "/readyz")
            #expect(ready.status == 200 && ready.json == ["status": "ready"])
            let verbose = try await client.send("GET", "/readyz?verbose")
            #expect(
                verbose.json == [
                    "status": "ready",
                    "checks": [["name": "store", "ready": true], ["name": "policies", "ready": true]],
                ]
            )
            shared.value.withLock { $0 = .notReady("the disk is full") }
            let failing = try await client.send("GET", "/readyz")
            #expect(failing.status == 503 && failing.code == "not_ready")
            #expect(failing.json?["detail"] == "not ready: store")
            #expect(failing.json?["checks"]?.arrayValue?.first?["detail"] == "the disk is full")
            shared.value.withLock { $0 = .ready }
            readiness.drain()
            let draining = try await client.send("GET", "/readyz")
            #expect(draining.status == 503)
        }
    }

    @Test func metricsArePrometheusText() async throws {
        let registry = MetricRegistry()
        let counter = registry.counter("a_total", "As.", labels: [("kind", "x\"y\\z\n")])
        counter.add(3)
        registry.gauge("b", "Bs.").set(-4)
        registry.reading("c", "Cs.") { 7 }
        registry.secondsReading("e_seconds", "Es.") { 1_007_000_000 }
        registry.secondsReading("f_seconds", "Fs.") { -20_000_000 }
        let histogram = registry.histogram("d_seconds", "Ds.", labels: [("route", "r")])
        for nanoseconds: UInt64 in [1, 50_000, 50_001, 20_000_000_000] { histogram.observe(nanoseconds: nanoseconds) }
        let text = registry.text()
        for line in [
            "# HELP a_total As.", "# TYPE a_total counter", #"a_total{kind="x\"y\\z\n"} 3"#, "# TYPE b gauge", "b -4",
            "c 7", "# TYPE e_seconds gauge", "e_seconds 1.007", "f_seconds -0.02", "# TYPE d_seconds histogram",
            #"d_seconds_bucket{route="r",le="0.00005"} 2"#,
            #"d_seconds_bucket{route="r",le="0.0001"} 3"#, #"d_seconds_bucket{route="r",le="10"} 3"#,
            #"d_seconds_bucket{route="r",le="+Inf"} 4"#, #"d_seconds_sum{route="r"} 20.000100002"#,
            #"d_seconds_count{route="r"} 4"#,
        ] {
            #expect(text.contains(line + "\n"), "\(line)")
        }
    }

    @Test func requestsAreCountedByRoute() async throws {
        try await TestServer.run([.echo(), .echo("GET", "/things/{name}", body: .none)]) { server in
            let client = TestClient(port: server.port)
            for name in ["a", "b", "c"] { _ = try await client.send("GET", "/things/\(name)") }
            _ = try await client.send("GET", "/things/a", body: "x")
            _ = try await client.send("GET", "/nowhere")
            let text = server.metrics.text()
            let family = "safeconduct_http_requests_total"
            #expect(text.contains(#"\#(family){route="GET /things/{name}",class="2xx"} 3"#))
            #expect(text.contains(#"\#(family){route="GET /things/{name}",class="4xx"} 1"#))
            #expect(text.contains(#"\#(family){route="none",class="4xx"} 1"#))
        }
    }

    @Test func countersLoseNothing() async {
        let counter = Counter()
        let histogram = DurationHistogram()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for step in 0..<10_000 {
                        counter.add()
                        histogram.observe(nanoseconds: UInt64(step))
                    }
                }
            }
        }
        #expect(counter.value == 80_000)
        #expect(histogram.reading.counts.reduce(0, +) == 80_000)
    }
}

/// Lets a closure and a test share what cannot be copied.
private final class Shared<Value: ~Copyable & Sendable>: Sendable {
    let value: Value

    init(_ value: consuming Value) { self.value = value }
}
