// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import Testing

@Suite struct TraceContextTests {
    private static let good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    @Test func whatIsRightIsTakenUpAndContinued() throws {
        let context = try #require(TraceContext(parent: Self.good, state: "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"))
        #expect(context.parent == Self.good)
        #expect(context.traceID == "0af7651916cd43dd8448eb211c80319c")
        #expect(context.spanID == "b7ad6b7169203331")
        #expect(context.isSampled)
        #expect(context.state == "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE")
        let child = context.child()
        #expect(child.traceID == context.traceID && child.spanID != context.spanID)
        #expect(child.isSampled && child.state == context.state)
        #expect(TraceContext(parent: Self.good.dropLast(2) + "00")?.isSampled == false)
        // Flags that nobody knows yet say nothing, and are not passed on (section 3.2.2.5.2).
        #expect(TraceContext(parent: Self.good.dropLast(2) + "ff")?.parent == Self.good)
    }

    @Test(arguments: [
        "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-the-future-will-be-like",
    ]) func aLaterVersionCountsForWhatIsKnownOfIt(_ parent: String) {
        #expect(TraceContext(parent: parent)?.parent == Self.good)
    }

    @Test(arguments: [
        "", "00", "garbage", good + " ", " " + good, good + "-", good + "-x", String(good.dropLast()),
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "0-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.x",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0A",
        "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331_01",
        "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c8031é-b7ad6b7169203331-01",
    ]) func whatIsNotRightIsNone(_ parent: String) { #expect(TraceContext(parent: parent) == nil) }

    @Test(arguments: [
        "a=1", "a=1,b=2", "a=1, b=2", "a=1,,b=2", "1tenant@sys=x", "a_-*/=x!~ y",
        "k=" + String(repeating: "v", count: 256),
    ]) func aGoodStateIsKept(_ state: String) {
        #expect(TraceContext(parent: Self.good, state: state)?.state == state)
    }

    @Test(arguments: [
        "", ",", "a", "=1", "a=", "A=1", "1=1", "a=1,a=2", "a=b=c", "a@B=1", "a@=1", "@a=1", "a@b@c=1", "a=é",
        "a=1\u{7}",
        (1...33).map { "k\($0)=1" }.joined(separator: ","), "k=" + String(repeating: "v", count: 257),
        String(repeating: "a", count: 257) + "=1", (1...30).map { "k\($0)=01234567890123" }.joined(separator: ","),
    ]) func aBadStateIsLeftOutAndTheParentCounts(_ state: String) throws {
        let context = try #require(TraceContext(parent: Self.good, state: state))
        #expect(context.state == nil && context.parent == Self.good)
    }

    @Test func newTracesDiffer() {
        let made = (0..<1000).map { _ in TraceContext.made(isSampled: false) }
        #expect(Set(made.map(\.traceID)).count == 1000)
        #expect(Set(made.map(\.spanID)).count == 1000)
        #expect(made.allSatisfy { TraceContext(parent: $0.parent) == $0 })
    }

    @Test func anyBytesAreReadOrRefused() {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var state = seed
        func next(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        for _ in 0..<5000 {
            var bytes = Array(Self.good.utf8)
            for _ in 0...next(3) { bytes[next(bytes.count)] = UInt8(next(128)) }
            let text = String(decoding: bytes, as: UTF8.self)
            if let context = TraceContext(parent: text, state: text) {
                #expect(TraceContext(parent: context.parent)?.traceID == context.traceID)
                #expect(context.parent.utf8.count == 55)
            }
        }
    }
}
