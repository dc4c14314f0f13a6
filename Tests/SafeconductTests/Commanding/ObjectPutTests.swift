// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TrustModel
import TrustStore

@testable import Safeconduct

/// Several objects in one command.
@Suite struct ObjectPutTests {
    private static func put(_ kind: ObjectKind, _ name: String, _ json: String) throws -> ObjectPut {
        ObjectPut(kind: kind, name: name, value: try JSONValue(parsing: json))
    }

    /// A team, an API that it owns, an identity and a point that refer to those before them.
    private static func story(owner: String = "crew") throws -> [ObjectPut] {
        let custody = #""owner":"\#(owner)","purpose":"orders","boundary":"prod/eu","expires_in":"30d""#
        return [
            try put(.operator, "crew", #"{"kind":"team","purpose":"p","boundary":"b","expires_in":"30d"}"#),
            try put(.issuer, "cluster", #"{"url":"https://two.example","audiences":["a"],\#(custody)}"#),
            try put(.api, "bills", #"{"operations":[],"description":"what is owed",\#(custody)}"#),
            try put(
                .identity,
                "biller",
                #"{"kind":"service","description":"at night","federation":[{"issuer":"cluster","subject":"s"}],\#(custody)}"#
            ),
            try put(.enforcementPoint, "gate", #"{"apis":["bills"],"subjects":["proven"],\#(custody)}"#),
        ]
    }

    @Test func eachMayReferToThoseBeforeIt() async throws {
        try await World.run { world async throws in
            let story = try Self.story()
            let before = world.engine.view.state.size
            #expect(try World.done(await world.engine.put(story, by: world.local)) == before..<(before + 5))
            let state = world.engine.view.state
            let crew = try #require(state.find("crew", kind: .operator))
            #expect(state.summary(of: crew)?.custody?.owner == crew)
            for put in story.dropFirst() {
                let id = try #require(state.find(put.name, kind: put.kind))
                #expect(state.summary(of: id)?.custody?.owner == crew)
            }
            let biller = try #require(state.find("biller", kind: .identity).flatMap { state.identities[$0] }).object
            #expect(biller.federation.map(\.issuer) == [state.find("cluster", kind: .issuer)])
            var writer = JSONWriter()
            world.engine.render(try #require(state.identities[biller.id]), to: &writer)
            #expect(try JSONValue(parsing: writer.bytes)["description"] == "at night")

            // Again, an hour later, nothing changes; with one letter, one object does.
            world.clock.advance(seconds: 3600)
            #expect(try World.done(await world.engine.put(story, by: world.local)).isEmpty)
            #expect(world.engine.view.state.digest == state.digest)
            var other = story
            other[2] = try Self.put(
                .api,
                "bills",
                String(decoding: story[2].value.serialized(), as: UTF8.self).replacing("owed", with: "due")
            )
            #expect(try World.done(await world.engine.put(other, by: world.local)).count == 1)
        }
    }

    @Test(arguments: CommandTests.refused.indices)
    func oneThatIsRefusedKeepsAllFromBeingWritten(_ index: Int) async throws {
        let (kind, name, json, pointer) = CommandTests.refused[index]
        try await World.run { world async throws in
            let state = world.engine.view.state
            var puts = try Self.story()
            puts.insert(try Self.put(kind, name, json), at: 3)
            guard case .refused(let refusal) = await world.engine.put(puts, by: world.local) else {
                Issue.record("it was not refused")
                return
            }
            #expect(refusal.pointer == "/objects/3/object\(pointer)", "\(refusal)")
            #expect(world.engine.view.state.size == state.size)
            #expect(world.engine.view.state.digest == state.digest)
            // Without it the others go in: nothing of them was left behind.
            puts.remove(at: 3)
            #expect(try World.done(await world.engine.put(puts, by: world.local)).count == 5)
        }
    }

    @Test func nothingRefersToWhatComesLater() async throws {
        try await World.run { world async throws in
            let puts = Array(try Self.story().reversed())
            guard case .refused(let refusal) = await world.engine.put(puts, by: world.local) else {
                Issue.record("it was not refused")
                return
            }
            #expect(refusal.pointer.hasPrefix("/objects/0/object/"), "\(refusal)")
        }
    }

    @Test func theSameTwiceAndTooManyAreRefused() async throws {
        try await World.run { world async throws in
            let size = world.engine.view.state.size
            let story = try Self.story()
            guard case .refused(let twice) = await world.engine.put(story + [story[3]], by: world.local) else {
                Issue.record("the same twice was not refused")
                return
            }
            #expect(twice.pointer == "/objects/5" && twice.message.contains("/objects/3"))
            let many = try (0...ObjectPut.limit).map { try Self.put(.identity, "n\($0)", World.identity(bound: "")) }
            guard case .refused(let tooMany) = await world.engine.put(many, by: world.local) else {
                Issue.record("too many were not refused")
                return
            }
            #expect(tooMany.pointer == "/objects")
            #expect(world.engine.view.state.size == size)
            #expect(try World.done(await world.engine.put([], by: world.local)).isEmpty)
        }
    }

    @Test func aDigestOfTheStateMayStandBetween() async throws {
        try await World.run { world async throws in
            let value = try JSONValue(parsing: World.identity(bound: ""))
            for round in 0..<2 {
                let puts = (0..<700).map { ObjectPut(kind: .identity, name: "r\(round)-\($0)", value: value) }
                try World.done(await world.engine.put(puts, by: world.local))
            }
            let state = world.engine.view.state
            #expect(state.identities.count == 1402)
            // Another node folds the same.
            let again = try await world.reopened()
            #expect(again.engine.view.state.identities.count == 1402)
            again.store.inner.close()
        }
    }

    /// Subjects move and are exchanged in one command, in whatever order the identities stand, and what was cut before
    /// stays cut.
    @Test(arguments: [
        ["a": "s", "b": "t,spare"], ["a": "t", "b": "s,spare"], ["a": "t,spare", "b": "s"], ["a": "spare"],
    ])
    func subjectsAreHandedOver(_ wanted: [String: String]) async throws {
        func put(_ name: String, _ subjects: String) throws -> ObjectPut {
            let bindings = subjects.split(separator: ",").map { #"{"issuer":"ci","subject":"\#($0)"}"# }
            return try Self.put(.identity, name, World.identity(bound: bindings.joined(separator: ",")))
        }
        for isReversed in [false, true] {
            try await World.run(policies: permitAll) { world async throws in
                let first = [try put("a", "s,spare"), try put("b", "t")]
                try World.done(await world.engine.put(first, by: world.local))
                let old = try ["s", "t", "spare"].map { ($0, try world.token($0)) }
                world.clock.advance(seconds: 2)
                try await world.cut(#"{"kind":"identity","id":"a"}"#)
                var wanted = wanted
                if wanted["b"] == nil { wanted["b"] = "s,t" }
                let puts = try wanted.sorted { ($0.key < $1.key) != isReversed }.map { try put($0.key, $0.value) }
                let before = world.engine.view.state
                try World.done(await world.engine.put(puts, by: world.local))
                let state = world.engine.view.state
                // Not one entry more than needed: an exchange takes both out first.
                #expect((1...4).contains(state.size - before.size))
                world.clock.advance(seconds: 120)
                for (name, subjects) in wanted {
                    let id = try #require(state.find(name, kind: .identity))
                    let bound = state.identities[id]?.object.federation.map(\.subject)
                    #expect(bound == subjects.split(separator: ",").map(String.init))
                    for subject in bound ?? [] {
                        #expect(try await world.reason(token: world.token(subject)) == "permitted", "\(subject)")
                        let isCut = subject != "t" || name == "a"
                        let token = try #require(old.first { $0.0 == subject }).1
                        #expect(
                            try await world.reason(token: token) == (isCut ? "credential_revoked" : "permitted"),
                            "\(subject)"
                        )
                    }
                }
                #expect(try World.done(await world.engine.put(puts, by: world.local)).isEmpty)
            }
        }
    }

    /// Two of one command that a token could prove both are refused as ever.
    @Test func noTokenProvesTwoOfOneCommand() async throws {
        try await World.run { world async throws in
            func put(_ name: String) throws -> ObjectPut {
                try Self.put(.identity, name, World.identity(bound: #"{"issuer":"ci","subject":"s"}"#))
            }
            let refused = refusal(await world.engine.put([try put("a"), try put("b")], by: world.local))
            #expect(refused?.code == .conflict && refused?.pointer == "/objects/1/object/federation/0/subject")
            try World.done(await world.engine.put([try put("a")], by: world.local))
            let again = refusal(await world.engine.put([try put("b"), try put("a")], by: world.local))
            #expect(again?.pointer == "/objects/0/object/federation/0/subject")
        }
    }

    /// The order of what is a set is no change, and where something else changes it stays as it is.
    @Test func theOrderOfSetsIsNoChange() async throws {
        try await World.run { world async throws in
            let custody = World.custody
            func issuer(_ audiences: String, _ algorithms: String, _ roles: String, seconds: Int = 600) -> String {
                #"{"url":"https://two.example","audiences":\#(audiences),"algorithms":\#(algorithms),"#
                    + #""required_claims":{"r":\#(roles),"z":1},"maximum_token_seconds":\#(seconds),\#(custody)}"#
            }
            func api(_ hosts: String) -> String { #"{"hosts":\#(hosts),"operations":[],\#(custody)}"# }
            let (one, two) = (#"{"issuer":"two","subject":"s","claims":{"a":1}}"#, #"{"issuer":"two","subject":"t"}"#)
            try await world.put(.issuer, "two", issuer(#"["b","a"]"#, #"["RS256","ES256"]"#, #"["y","x"]"#))
            try await world.put(.api, "bills", api(#"["b.test","a.test"]"#))
            try await world.put(.identity, "biller", World.identity(bound: "\(two),\(one)"))
            let before = world.engine.view.state.size
            let other = issuer(#"["a","b","a"]"#, #"["ES256","RS256"]"#, #"["x","y"]"#)
            #expect(try await world.put(.issuer, "two", other).isEmpty)
            #expect(try await world.put(.api, "bills", api(#"["A.test","b.test"]"#)).isEmpty)
            #expect(try await world.put(.identity, "biller", World.identity(bound: "\(one),\(two)")).isEmpty)
            let objects = [
                try Self.put(.issuer, "two", other),
                try Self.put(.identity, "biller", World.identity(bound: "\(one),\(two)")),
            ]
            #expect(try World.done(await world.engine.put(objects, by: world.local)).isEmpty)
            #expect(world.engine.view.state.size == before)
            let (show, list) = (
                #"{"name":"show","method":"GET","path":"/o/{id}"}"#, #"{"name":"list","method":"GET","path":"/o"}"#
            )
            func operations(_ of: String...) -> String {
                #"{"operations":[\#(of.joined(separator: ","))],\#(custody)}"#
            }
            try await world.put(.api, "calls", operations(show, list))
            #expect(try await world.put(.api, "calls", operations(list, show)).isEmpty)
            let bad = try JSONValue(parsing: operations(list, show.replacing("GET", with: "get it")))
            let refused = refusal(await world.engine.put(.api, named: "calls", bad, by: world.local))
            #expect(refused?.pointer == "/operations/1/method")
            #expect(try await !world.put(.api, "calls", operations(list)).isEmpty)
            // Fewer or more of them is a change.
            #expect(try await !world.put(.identity, "biller", World.identity(bound: one)).isEmpty)
            #expect(try await !world.put(.api, "bills", api(#"["b.test"]"#)).isEmpty)
            let longer = issuer(#"["a","b"]"#, #"["ES256"]"#, #"["x","y"]"#, seconds: 300)
            #expect(try await !world.put(.issuer, "two", longer).isEmpty)
            let state = world.engine.view.state
            let stored = try #require(state.find("two", kind: .issuer).flatMap { state.issuers[$0] }).object
            #expect(stored.audiences == ["b", "a"] && stored.algorithms == ["ES256"])
            #expect(stored.requiredClaims["r"] == ["y", "x"])
        }
    }
}
