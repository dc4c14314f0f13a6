// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import Safeconduct
import StrictJSON
import Testing
import TrustModel

@testable import SafeconductServer

/// A reader of a feed over a real connection.
private struct Follower {
    struct Event: Equatable {
        var id: Int64
        var name: String
        var data: JSONValue?
    }

    /// Reads events until `isEnough`, or until the server ends the connection.
    static func read(
        _ world: ProductWorld,
        _ path: String,
        token: String? = nil,
        headers: [(String, String)] = [],
        until isEnough: @Sendable ([Event]) async throws -> Bool
    ) async throws -> (events: [Event], ended: Bool) {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: world.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var head = "GET \(path) HTTP/1.0\r\nHost: a\r\nAuthorization: Bearer \(token ?? world.token)\r\n"
            for (name, value) in headers { head += "\(name): \(value)\r\n" }
            try await outbound.write(ByteBuffer(string: head + "\r\n"))
            var taken = Taken()
            for try await buffer in inbound {
                taken.take(buffer.readableBytesView)
                if try await isEnough(taken.events) { return (taken.events, false) }
            }
            return (taken.events, true)
        }
    }

    /// The events of an answer to HTTP/1.0, which has no chunks, as it comes.
    private struct Taken {
        var events: [Event] = []
        private var bytes: [UInt8] = []
        private var hasHead = false

        mutating func take(_ more: some Sequence<UInt8>) {
            for byte in more {
                // The lines of the head end with CR LF; without the CR it is a block like any other.
                if byte != 0x0D { bytes.append(byte) }
                guard byte == 0x0A, bytes.suffix(2).elementsEqual([0x0A, 0x0A]) else { continue }
                if hasHead, let event = Self.event(String(decoding: bytes, as: UTF8.self)) { events.append(event) }
                hasHead = true
                bytes = []
            }
        }

        private static func event(_ block: String) -> Event? {
            var event = Event(id: -1, name: "message")
            for line in block.split(separator: "\n") {
                if line.hasPrefix("id: ") { event.id = Int64(line.dropFirst(4)) ?? -1 }
                if line.hasPrefix("event: ") { event.name = String(line.dropFirst(7)) }
                if line.hasPrefix("data: ") { event.data = try? JSONValue(parsing: Array(line.dropFirst(6).utf8)) }
            }
            return event.data == nil ? nil : event
        }
    }
}

@Suite(.timeLimit(.minutes(5))) struct FeedTests {
    private static func worker(_ label: String) -> JSONValue {
        ProductWorld.object([("kind", "service"), ("labels", [.string(label)])])
    }

    private static var quick: FeedLimits {
        var limits = FeedLimits()
        limits.heartbeat = .milliseconds(50)
        return limits
    }

    private func entries(_ events: [Follower.Event]) -> [Int64] { events.filter { $0.name != "revision" }.map(\.id) }

    @Test func everyEntryOnceFromTheFirst() async throws {
        try await ProductWorld.run { world async throws in
            let size = Int64(world.engine.view.state.size)
            let (events, _) = try await Follower.read(world, "/v1/feed?since_rev=-1") { $0.count >= Int(size) }
            #expect(entries(events) == Array(0..<size))
            #expect(events[0].name == "log.open")
            for event in events {
                #expect(event.data?["rev"] == .integer(event.id) && event.data?["kind"]?.stringValue == event.name)
            }
            // Free text is told to nobody, not even encrypted.
            let text = try await Follower.read(world, "/v1/feed?since_rev=-1") { $0.count >= Int(size) }
            #expect(!text.events.contains { $0.data?["body"]?["sealed"] != nil })
            let page = try await world.get("/v1/entries?page_size=1000")
            #expect(page.json?["items"]?.arrayValue == events.compactMap(\.data))
        }
    }

    @Test func itGoesOnWhereItWas() async throws {
        try await ProductWorld.run { world async throws in
            let start = Int64(world.engine.view.state.size)
            let first = try await Follower.read(world, "/v1/feed") { events in
                // The first event says where the feed begins; only then is something done.
                if events.count == 1 { _ = try await world.put("/v1/identities/bot", Self.worker("one")) }
                return events.count >= 2
            }.events
            #expect(first[0] == Follower.Event(id: start - 1, name: "revision", data: first[0].data))
            #expect(entries(first) == [start])
            for label in ["two", "three"] { _ = try await world.put("/v1/identities/bot", Self.worker(label)) }
            let resumed = try await Follower.read(world, "/v1/feed", headers: [("Last-Event-ID", "\(start)")]) {
                $0.count >= 3
            }.events
            #expect(entries(resumed) == [start + 1, start + 2])
            let size = world.engine.view.state.size
            for bad in ["x", "-2", "+1", ""] {
                let answer = try await world.get("/v1/feed", [("Last-Event-ID", bad)])
                #expect(answer.status == 400, "\(bad)")
            }
            let ahead = try await world.get("/v1/feed", [("Last-Event-ID", "\(size + 5)")])
            #expect(ahead.status == 409 && ahead.code == "revision_unknown" && ahead.json?["generation"] == 1)
            // A mistake is told, also in the one of two that does not count.
            let both = try await world.get("/v1/feed?since_rev=x", [("Last-Event-ID", "1")])
            #expect(both.status == 400)
        }
    }

    @Test func enforcementPointsAreToldWhatConcernsThem() async throws {
        try await ProductWorld.run(feed: Self.quick) { world async throws in
            let id = try #require(try await world.get("/v1/identities/worker").json?["id"]?.stringValue)
            let (events, _) = try await Follower.read(world, "/access/v1/feed", token: world.point) { events in
                if events.count == 1 {
                    _ = try await world.put("/v1/identities/bot", Self.worker("one"))
                    let scope: JSONValue = [
                        "scope": ["kind": "identity", "id": .string(id)], "reason": "secret reason",
                    ]
                    let hold = try await world.send("POST", "/v1/holds", scope)
                    _ = try await world.send("POST", "/v1/holds/\(hold.json?["id"]?.stringValue ?? "")/lift")
                    _ = try await world.send("POST", "/v1/cuts", scope)
                    _ = try await world.send("DELETE", "/v1/identities/bot")
                    _ = try await world.put("/v1/identities/bot-2", Self.worker("one"))
                }
                // Silence tells where the log stands, though the last entry is none of a point's.
                return events.count > 5 && events.last?.id == Int64(world.engine.view.state.rev ?? 0)
            }
            let told = events.filter { $0.name != "revision" }
            #expect(told.map(\.name) == ["hold.place", "hold.lift", "cut", "identity.retire"])
            for event in told.prefix(3) { #expect(event.data?["scope"]?["id"] == .string(id)) }
            #expect(!told.contains { $0.data?["body"] != nil || $0.data?["by"] != nil })
            // Each feed is for its own kind of caller.
            #expect(try await world.send("GET", "/v1/feed", token: world.point).status == 403)
            #expect(try await world.get("/access/v1/feed").status == 403)
        }
    }

    @Test func aCutReaderHearsNoMore() async throws {
        try await ProductWorld.run(feed: Self.quick) { world async throws in
            let point = try #require(world.engine.view.state.find("edge", kind: .enforcementPoint))
            let (events, ended) = try await Follower.read(world, "/access/v1/feed", token: world.point) { events in
                if events.count == 1 {
                    let scope: JSONValue = ["scope": ["kind": "identity", "id": .string(point.description)]]
                    _ = try await world.send("POST", "/v1/cuts", scope)
                }
                return false
            }
            #expect(ended)
            #expect(!events.contains { $0.name == "cut" })
            #expect(try await world.send("GET", "/access/v1/feed", token: world.point).status == 401)
        }
    }

    @Test func aSlowReaderIsLetGoAndMissesNothing() async throws {
        var limits = ServerLimits()
        limits.streamTime = .milliseconds(300)
        try await ProductWorld.run(limits: limits) { world async throws in
            // More than the buffers of both ends hold.
            let size = try await Self.grow(world, bytes: 6 << 20)
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelOption(.autoRead, value: false)
                .channelOption(.socketOption(.so_rcvbuf), value: 4096)
                .connect(host: "127.0.0.1", port: world.port).get()
            let request =
                "GET /v1/feed?since_rev=-1 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(world.token)\r\n\r\n"
            try await channel.writeAndFlush(ByteBuffer(string: request))
            while !world.metrics.text().contains("safeconduct_feed_readers 1") {
                try await Task.sleep(for: .milliseconds(5))
            }
            while world.metrics.text().contains("safeconduct_feed_readers 1") {
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(world.connections.text().contains("safeconduct_http_slow_streams_total 1"))
            try? await channel.close()
            // A busy machine may make this one slow as well: like every reader it comes back for the rest.
            var seen: [Int64] = []
            while seen.last != size - 1 {
                let (events, _) = try await Follower.read(world, "/v1/feed?since_rev=\(seen.last ?? -1)") {
                    $0.last?.id == size - 1
                }
                try #require(!entries(events).isEmpty)
                seen += entries(events)
            }
            #expect(seen == Array(0..<size))
        }
    }

    /// Writes large APIs until the log holds so many bytes; gives its size.
    private static func grow(_ world: ProductWorld, bytes: Int) async throws -> Int64 {
        var written = 0
        var number = 0
        while written < bytes {
            number += 1
            let operations = (0..<300).map { index -> JSONValue in
                ["name": .string("operation-\(index)"), "method": "GET", "path": .string("/a\(number)/\(index)")]
            }
            let answer = try await world.put(
                "/v1/apis/large",
                ProductWorld.object([("operations", .array(operations))])
            )
            try #require(answer.status < 300, "\(answer.text)")
            written += min(answer.body.count, PlacedEntry.longestBody)
        }
        return Int64(world.engine.view.state.size)
    }

    @Test func readersAreCounted() async throws {
        var limits = Self.quick
        limits.readersEach = 2
        try await ProductWorld.run(feed: limits) { world async throws in
            try await withThrowingTaskGroup { group in
                for _ in 0..<2 {
                    group.addTask {
                        _ = try await Follower.read(world, "/v1/feed") { _ in
                            // Until a third was refused.
                            while !world.connections.text().contains("route=\"GET /v1/feed\",class=\"5xx\"} 1") {
                                try await Task.sleep(for: .milliseconds(5))
                            }
                            return true
                        }
                    }
                }
                while !world.metrics.text().contains("safeconduct_feed_readers 2") {
                    try await Task.sleep(for: .milliseconds(5))
                }
                let third = try await world.get("/v1/feed")
                #expect(third.status == 503 && third.code == "overloaded" && third["retry-after"] != nil)
                // A point has readers of its own.
                let point = try await Follower.read(world, "/access/v1/feed", token: world.point) { !$0.isEmpty }
                #expect(!point.ended)
                try await group.waitForAll()
            }
            // Whoever is gone is noticed with the next heartbeat.
            while !world.metrics.text().contains("safeconduct_feed_readers 0") {
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(try await world.send("HEAD", "/v1/feed").status == 200)
            #expect(world.metrics.text().contains("safeconduct_feed_readers 0"))
        }
    }

    /// Many readers that come and go while many commands are given: each sees every entry once, in order.
    @Test(arguments: [UInt64.random(in: .min ... .max)])
    func nobodyMissesAnEntry(seed: UInt64) async throws {
        print("seed \(seed)")
        try await ProductWorld.run(feed: Self.quick) { world async throws in
            let start = Int64(world.engine.view.state.size)
            let end = start + 60
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for reader in 0..<6 {
                    group.addTask {
                        var seen: [Int64] = []
                        var last = start - 1
                        var random = seed &+ UInt64(reader)
                        while last < end - 1 {
                            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                            let some = Int(random >> 33) % 7 + 2
                            let (events, _) = try await Follower.read(
                                world,
                                "/v1/feed",
                                headers: [("Last-Event-ID", "\(last)")]
                            ) { $0.count >= some || ($0.last?.id ?? 0) >= end - 1 }
                            seen += events.filter { $0.name != "revision" }.map(\.id)
                            last = seen.last ?? last
                        }
                        return seen.prefix(60) == Array(start..<end)[...]
                    }
                }
                for number in 0..<60 {
                    _ = try await world.put("/v1/identities/bot-\(number % 7)", Self.worker("l\(number)"))
                }
                for try await isWhole in group { #expect(isWhole) }
            }
        }
    }
}
