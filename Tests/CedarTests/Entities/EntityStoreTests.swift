// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

@Suite struct EntityStoreTests {
    private func attribute(_ value: String) -> [UInt8] {
        Array("[{\"uid\":{\"type\":\"A\",\"id\":\"x\"},\"attrs\":{\"v\":\(value)},\"parents\":[]}]".utf8)
    }

    @Test(arguments: EntityCases.values)
    func valueIsRead(text: String) throws {
        #expect(try EntityStore(parsing: attribute(text)).count == 1)
    }

    @Test(arguments: EntityCases.noValues)
    func valueIsRefused(text: String) {
        #expect(throws: EntityReadError.self) { try EntityStore(parsing: attribute(text)) }
    }

    @Test(arguments: EntityCases.lists)
    func listIsRead(text: String) throws {
        let store = try EntityStore(parsing: Array(text.utf8))
        #expect(try EntityStore(json: store.json).json == store.json)
    }

    @Test(arguments: EntityCases.noLists)
    func listIsRefused(text: String) {
        #expect(throws: EntityReadError.self) { try EntityStore(parsing: Array(text.utf8)) }
    }

    /// An object is an escape only when that is its single member and the content has the form.
    @Test func escapes() throws {
        func value(_ text: String) throws -> Value { try Value(json: json(text)) }
        let entity = try Value.entity(uid("A::b"))
        #expect(try value(#"{"__entity":{"type":"A","id":"b"}}"#) == entity)
        #expect(try value(#"{"__entity":{"type":"A","id":"b","more":null}}"#) == entity)
        #expect(
            try value(#"{"__extn":{"fn":"decimal","arg":"1.0","args":["2.0"]}}"#)
                == .decimal(DecimalValue(tenThousandths: 10_000))
        )
        #expect(
            try value(
                #"{"__extn":{"fn":"offset","args":[{"__extn":{"fn":"datetime","arg":"1970-01-01"}},{"__extn":{"fn":"duration","arg":"-1ms"}}]}}"#
            )
                == .datetime(DatetimeValue(milliseconds: -1))
        )
        for record in [
            #"{"__entity":{"type":"A","id":"b"},"x":1}"#, #"{"__entity":{"type":"A"}}"#, #"{"__extn":{"fn":"ip"}}"#,
            #"{"__extn":"1.1.1.1"}"#, #"{"__expr":1}"#, #"{"__entity":["A","b"]}"#,
        ] {
            #expect(try value(record).kind == .record)
        }
    }

    @Test func faultsSayWhere() throws {
        func pointer(_ text: String) -> String? {
            do throws(EntityReadError) {
                _ = try EntityStore(parsing: Array(text.utf8))
                return nil
            } catch {
                if case .format(let fault) = error { return fault.pointer }
                return nil
            }
        }
        #expect(
            pointer(#"[{"uid":{"type":"A","id":"x"},"attrs":{"a/b~":[1,null]},"parents":[]}]"#) == "/0/attrs/a~1b~0/1"
        )
        #expect(pointer(#"[{"uid":{"type":"A B","id":"x"},"attrs":{},"parents":[]}]"#) == "/0/uid/type")
        #expect(pointer(#"[{"uid":{"type":"A","id":"x"},"attrs":{},"parents":[{"type":"A"}]}]"#) == "/0/parents/0")
        #expect(pointer(#"[{"uid":{"type":"A","id":"x"},"attrs":{}}]"#) == "/0")
        #expect(pointer("{}")?.isEmpty == true)
    }

    @Test func closure() throws {
        let chain = try (0..<2000).map { try Entity(uid: uid("N::\($0)"), parents: [uid("N::\($0 + 1)")]) }
        let store = try EntityStore(chain.shuffled())
        let bottom = try #require(store.handle(of: uid("N::0")))
        #expect(try store.isMember(bottom, of: uid("N::2000")))
        #expect(try !store.isMember(bottom, of: uid("N::0")))
        #expect(try !store.isMember(#require(store.handle(of: uid("N::1"))), of: uid("N::0")))
        #expect(try store.handle(of: uid("N::2000")) == nil)
        #expect(store.ancestors(of: bottom).count == 2000)
        #expect(throws: EntityStoreError.self) { try EntityStore(chain, maximumLinks: 10_000) }
    }

    @Test func cyclesAndContradictionsAreRefused() throws {
        func code(_ entities: [Entity]) -> EntityStoreError.Code? {
            do throws(EntityStoreError) {
                _ = try EntityStore(entities)
                return nil
            } catch {
                return error.code
            }
        }
        let (a, b, c) = try (uid("A::a"), uid("A::b"), uid("A::c"))
        #expect(code([Entity(uid: a, parents: [a])]) == .cycle)
        #expect(
            code([Entity(uid: a, parents: [b]), Entity(uid: b, parents: [c]), Entity(uid: c, parents: [a])]) == .cycle
        )
        #expect(code([Entity(uid: a, parents: [b, c]), Entity(uid: b, parents: [c]), Entity(uid: c)]) == nil)
        #expect(code([Entity(uid: a, attributes: ["x": 1]), Entity(uid: a)]) == .duplicate)
        #expect(
            code([Entity(uid: a, attributes: ["x": .set([1, 2])]), Entity(uid: a, attributes: ["x": .set([2, 1])])])
                == nil
        )
    }

    /// Against the definition: above is what is reached over parents.
    @Test func closureAgreesWithTheDefinition() throws {
        let seed = SeededGenerator.freshSeed()
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<30 {
            let uids = try (0..<15).map { try uid("N::\($0)") }
            let entities = uids.indices.map { index in
                Entity(
                    uid: uids[index],
                    parents: Set(uids[(index + 1)...].filter { _ in Int.random(in: 0..<4, using: &generator) == 0 })
                )
            }
            let store = try EntityStore(entities.shuffled(using: &generator))
            func isAbove(_ upper: Int, _ lower: Int) -> Bool {
                entities[lower].parents.contains(uids[upper])
                    || (lower + 1..<15).contains { entities[lower].parents.contains(uids[$0]) && isAbove(upper, $0) }
            }
            for lower in uids.indices {
                let handle = try #require(store.handle(of: uids[lower]))
                for upper in uids.indices {
                    #expect(store.isMember(handle, of: uids[upper]) == isAbove(upper, lower), "seed \(seed)")
                }
            }
        }
    }

    @Test func overlayFillsGapsOnly() throws {
        let store = try EntityStore([
            Entity(uid: uid("User::a"), attributes: ["role": "reader"], parents: [uid("Group::g")], tags: ["t": 1])
        ])
        var overlay = EntityOverlay(store)
        overlay.add(["role": "admin", "email": "a@x"], to: try uid("User::a"))
        overlay.add(["email": "b@x", "level": 1], to: try uid("User::a"))
        overlay.add(["color": "red"], to: try uid("Doc::new"))
        let known = try #require(overlay.handle(of: uid("User::a")))
        #expect(overlay.attribute("role", of: known) == "reader")
        #expect(overlay.attribute("email", of: known) == "a@x")
        #expect(overlay.attribute("level", of: known) == 1)
        #expect(overlay.attribute("none", of: known) == nil)
        #expect(overlay.tag("t", of: known) == 1)
        #expect(try overlay.isMember(known, of: uid("Group::g")))
        let new = try #require(overlay.handle(of: uid("Doc::new")))
        #expect(overlay.attribute("color", of: new) == "red")
        #expect(overlay.tag("t", of: new) == nil)
        #expect(try !overlay.isMember(new, of: uid("Group::g")))
        #expect(try overlay.handle(of: uid("Doc::other")) == nil)
        let request = try AuthorizationRequest(
            principal: uid("User::a"),
            action: uid("Action::r"),
            resource: uid("Doc::new")
        )
        let set = try policies(
            permit(when: "principal.role == \"reader\" && resource.color == \"red\" && principal in Group::\"g\"")
        )
        #expect(set.authorize(request, entities: overlay).decision == .allow)
    }

    @Test func requestsRoundTrip() throws {
        let text =
            #"{"principal":{"type":"A","id":"é"},"action":{"type":"Action","id":"r"},"resource":{"__entity":{"type":"B","id":""}},"context":{"x":{"__extn":{"fn":"ip","arg":"::1"}}}}"#
        let request = try AuthorizationRequest(json: json(text))
        #expect(try AuthorizationRequest(json: request.json) == request)
        #expect(request.context["x"] == .ip(IPAddressValue(ipv6: 0, 1)))
        for bad in [
            "[]", "{}", #"{"principal":{"type":"A","id":"a"},"action":{"type":"Action","id":"r"}}"#,
            #"{"principal":{"type":"A","id":"a"},"action":{"type":"Action","id":"r"},"resource":{"type":"A","id":"a"},"context":[]}"#,
            #"{"principal":{"type":"A","id":"a"},"action":{"type":"Action","id":"r"},"resource":{"type":"A","id":"a"},"context":{"a":null}}"#,
            #"{"principal":{"type":"A","id":"a"},"action":{"type":"Action","id":"r"},"resource":{"type":"A","id":"a"},"context":{"__entity":{"type":"A","id":"a"}}}"#,
            #"{"principal":"A::\"a\"","action":{"type":"Action","id":"r"},"resource":{"type":"A","id":"a"}}"#,
        ] {
            #expect(throws: EntityFormatError.self) { try AuthorizationRequest(json: json(bad)) }
        }
    }
}
