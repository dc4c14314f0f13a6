// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1
import Safeconduct
import StrictJSON
import Testing

@testable import SafeconductServer

@Suite(.timeLimit(.minutes(5))) struct TracingTests {
    private static let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    @Test func aProblemNamesItsTraceAndASuccessDoesNot() async throws {
        try await TestServer.run([.echo("GET", "/fine", body: .none)]) { server in
            let client = TestClient(port: server.port)
            let fine = try await client.send("GET", "/fine", [("traceparent", Self.parent)])
            #expect(fine["traceparent"] == nil)
            let named = try await client.send("GET", "/nowhere", [("traceparent", Self.parent)])
            let answered = try #require(TraceContext(parent: named["traceparent"] ?? ""))
            #expect(answered.traceID == "0af7651916cd43dd8448eb211c80319c")
            #expect(answered.spanID != "b7ad6b7169203331", "the span is the server's own")
            let unnamed = try await client.send("GET", "/nowhere")
            #expect(TraceContext(parent: unnamed["traceparent"] ?? "") != nil)
            for bad in ["garbage", Self.parent.uppercased(), Self.parent + "x"] {
                let reply = try await client.send("GET", "/nowhere", [("traceparent", bad)])
                let context = try #require(TraceContext(parent: reply["traceparent"] ?? ""))
                #expect(context.traceID != answered.traceID)
            }
            let twice = [("traceparent", Self.parent), ("Traceparent", Self.parent)]
            let reply = try await client.send("GET", "/nowhere", twice)
            #expect(reply["traceparent"]?.contains(answered.traceID) == false)
        }
    }

    @Test func handlersRunWithinTheTrace() async throws {
        let route = Route(
            .GET,
            "/trace",
            for: .public,
            document: RouteDocument("trace", "Trace.", answers: [.ok(.text())])
        ) { _ throws(Problem) in .text(TraceContext.current?.traceID ?? "none") }
        try await TestServer.run([route]) { server in
            let client = TestClient(port: server.port)
            let traced = try await client.send("GET", "/trace", [("traceparent", Self.parent)])
            #expect(traced.text == "0af7651916cd43dd8448eb211c80319c")
            #expect(try await client.send("GET", "/trace").text == "none")
        }
    }

    @Test func spansAreRecordedForTracesThatAreSampled() async throws {
        let recorder = SpanRecorder()
        let exchange = Exchange(
            method: .GET,
            path: "/x",
            query: nil,
            headers: [:],
            requestID: "req_1",
            keepAlive: true,
            began: .now()
        )
        let sampled = RequestTrace(parent: Self.parent, state: "a=1", recorder)
        sampled.answered(exchange, as: "GET /x", status: 200)
        RequestTrace(parent: Self.parent.dropLast(2) + "00", state: nil, recorder).answered(
            exchange,
            as: nil,
            status: 200
        )
        RequestTrace(parent: nil, state: nil, recorder).answered(exchange, as: nil, status: 503)
        RequestTrace().answered(exchange, as: nil, status: 400)
        #expect(RequestTrace().probe() == nil)
        #expect(sampled.probe() != nil)
        let spans = recorder.take(atMost: 10)
        #expect(spans.map(\.name) == ["GET /x", "GET"])
        #expect(spans.map(\.isError) == [false, true])
        #expect(spans.first?.parent == 0xb7ad_6b71_6920_3331 && spans.last?.parent == nil)
        let text = OTLPText(resource: [("service.name", .string("safeconduct"))])
        let json = try JSONValue(parsing: text.traces(spans))
        let written = try #require(
            json["resourceSpans"]?.arrayValue?.first?["scopeSpans"]?.arrayValue?.first?["spans"]?.arrayValue
        )
        #expect(written.count == 2)
        #expect(written[0]["traceId"] == "0af7651916cd43dd8448eb211c80319c")
        #expect(written[0]["parentSpanId"] == "b7ad6b7169203331" && written[0]["traceState"] == "a=1")
        #expect(written[0]["kind"] == 2 && written[1]["status"] == ["code": 2])
        let times = ["startTimeUnixNano", "endTimeUnixNano"].compactMap {
            written[0][$0]?.stringValue.flatMap { UInt64($0) }
        }
        #expect(times.count == 2 && times[0] <= times[1] && times[0] > 1_700_000_000_000_000_000)
    }

    @Test func aCollectorThatIsGoneCostsSpansAndNothingElse() {
        let recorder = SpanRecorder()
        let span = Span(
            name: "s",
            kind: .internal,
            context: .made(isSampled: true),
            parent: nil,
            begin: 1,
            end: 2
        )
        for _ in 0..<9000 { recorder.record([span]) }
        #expect(recorder.count == 8192 && recorder.dropped == 808)
        #expect(recorder.take(atMost: 10_000).count == 8192)
        recorder.record([span])
        #expect(recorder.count == 1)
    }

    @Test func metricsAreWrittenAsOTLPHasThem() throws {
        let registry = MetricRegistry()
        registry.counter("a_total", "As.", labels: [("kind", "k")]).add(3)
        registry.gauge("b_bytes", "Bs.").set(-4)
        registry.secondsReading("c_seconds", "Cs.") { -1_500_000_000 }
        let histogram = registry.histogram("d_seconds", "Ds.")
        for nanoseconds: UInt64 in [1, 50_000, 20_000_000_000] { histogram.observe(nanoseconds: nanoseconds) }
        let text = OTLPText(resource: [])
        let json = try JSONValue(parsing: text.metrics(registry.read(), since: 5, at: 7))
        let metrics = try #require(
            json["resourceMetrics"]?.arrayValue?.first?["scopeMetrics"]?.arrayValue?.first?["metrics"]?.arrayValue
        )
        let sum = metrics[0]["sum"]
        #expect(sum?["isMonotonic"] == true && sum?["aggregationTemporality"] == 2)
        let point = sum?["dataPoints"]?.arrayValue?.first
        #expect(point?["asInt"] == "3" && point?["startTimeUnixNano"] == "5" && point?["timeUnixNano"] == "7")
        #expect(point?["attributes"] == [["key": "kind", "value": ["stringValue": "k"]]])
        #expect(metrics[1]["gauge"]?["dataPoints"]?.arrayValue?.first?["asInt"] == "-4")
        #expect(metrics[1]["unit"] == "By")
        #expect(metrics[2]["gauge"]?["dataPoints"]?.arrayValue?.first?["asDouble"] == .number("-1.5"))
        let buckets = metrics[3]["histogram"]?["dataPoints"]?.arrayValue?.first
        #expect(buckets?["count"] == "3" && buckets?["sum"] == .number("20.000050001"))
        #expect(buckets?["bucketCounts"]?.arrayValue?.count == 15)
        #expect(buckets?["bucketCounts"]?.arrayValue?.first == "2")
        #expect(buckets?["explicitBounds"]?.arrayValue?.count == 14)
        #expect(registry.text().contains("c_seconds -1.5\n"))
    }

    @Test func aHeadersFileIsReadStrictly() throws {
        let good = OTLPHeaders.parse(Array("# a\n\nAuthorization: Bearer x y \r\nx-scope:  1\n".utf8))
        #expect(good?.map(\.name) == ["Authorization", "x-scope"])
        #expect(good?.map(\.value) == ["Bearer x y", "1"])
        for bad in ["a", ": x", "a b: c", "a: \u{7}", "é: x", "a\u{0}: x"] {
            #expect(OTLPHeaders.parse(Array(bad.utf8)) == nil, "\(bad)")
        }
        #expect(OTLPHeaders.read(nil)?.isEmpty == true)
        #expect(OTLPHeaders.read("/nowhere/at/all") == nil)
    }

    @Test func processMetricsAreNoGuesses() {
        let registry = MetricRegistry()
        ProcessMetrics.add(to: registry)
        for line in registry.text().split(separator: "\n") where !line.hasPrefix("#") {
            let value = line.split(separator: " ").last.flatMap { Double($0) } ?? 0
            #expect(value > 0, "\(line)")
        }
    }
}
