// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import StrictJSON
import Testing
import TrustModel

@testable import SafeconductServer

/// What all routes of the product have in common: keys, versions, pages, revisions.
@Suite(.timeLimit(.minutes(5))) struct InterfaceTests {
    private func worker(_ label: String) -> JSONValue {
        ProductWorld.object([("kind", "service"), ("labels", [.string(label)])])
    }

    @Test func aCommandUnderAKeyIsCarriedOutOnce() async throws {
        try await ProductWorld.run { world async throws in
            let key = [("Idempotency-Key", "k-1")]
            let first = try await world.put("/v1/identities/bot", worker("one"), key)
            #expect(first.status == 201)
            let again = try await world.put("/v1/identities/bot", worker("one"), [("Idempotency-Key", "\"k-1\"")])
            #expect(again.status == 201 && again.body == first.body && again["etag"] == first["etag"])
            // Somebody changes it; the answer to the first command stays what it was.
            #expect(try await world.put("/v1/identities/bot", worker("two")).status == 200)
            let late = try await world.put("/v1/identities/bot", worker("one"), key)
            #expect(late.status == 201 && late.body == first.body)
            #expect(try await world.get("/v1/identities/bot").json?["labels"] == ["two"])
            let other = try await world.put("/v1/identities/bot", worker("three"), key)
            #expect(other.status == 422 && other.code == "idempotency_key_reused")
            let elsewhere = try await world.put("/v1/identities/bot-2", worker("one"), key)
            #expect(elsewhere.code == "idempotency_key_reused")
            for bad in ["", "a b", "\"a"] {
                let answer = try await world.put("/v1/identities/bot", worker("one"), [("Idempotency-Key", bad)])
                #expect(answer.status == 400, "\(bad)")
            }
        }
    }

    @Test func everyKindOfCommandTakesAKey() async throws {
        try await ProductWorld.run { world async throws in
            let hold: JSONValue = ["scope": ["kind": "key", "id": "t"]]
            var number = 0
            /// Sends a command twice under one key.
            func twice(_ method: String, _ path: String, _ body: JSONValue?) async throws -> [TestClient.Answer] {
                number += 1
                let key = [("Idempotency-Key", "key-\(number)")]
                let first = try await world.send(method, path, body, key)
                let size = world.engine.view.state.size
                let second = try await world.send(method, path, body, key)
                #expect(world.engine.view.state.size == size, "\(method) \(path) was carried out again")
                return [first, second]
            }
            for (method, path, body) in [
                ("POST", "/v1/cuts", ["scope": ["kind": "key", "id": "k"]]), ("POST", "/v1/holds", hold),
                (
                    "PUT", "/v1/policies/active",
                    ["files": [["name": "b", "text": "permit (principal, action, resource);"]]]
                ),
                ("DELETE", "/v1/identities/worker", nil),
                (
                    "POST", "/v1/objects",
                    ["objects": [["kind": "identity", "name": "bot-2", "object": ProductWorld.worker]]]
                ),
            ] as [(String, String, JSONValue?)] {
                let answers = try await twice(method, path, body)
                #expect(answers[0].status < 300, "\(method) \(path): \(answers[0].text)")
                #expect(
                    answers[0].status == answers[1].status && answers[0].body == answers[1].body,
                    "\(method) \(path)"
                )
            }
            let id = try #require(
                try await world.get("/v1/holds").json?["items"]?.arrayValue?.first?["id"]?.stringValue
            )
            let lifts = try await twice("POST", "/v1/holds/\(id)/lift", nil)
            #expect(lifts[0].status == 200 && lifts[0].body == lifts[1].body)
            // A secret is told once.
            let gate = ProductWorld.named("gate", ProductWorld.edge)
            for (path, body) in [
                ("/v1/enforcement-points", gate), ("/v1/enforcement-points/edge/credential", nil),
            ] as [(String, JSONValue?)] {
                let answers = try await twice("POST", path, body)
                #expect(answers[0].status == 201 && answers[0].json?["token"] != nil)
                #expect(answers[1].status == 409 && answers[1].code == "already_done")
                #expect(answers[1].json?["token"] == nil)
            }
        }
    }

    /// Several objects in one command are answered as they were, though one of them has changed since.
    @Test func manyObjectsUnderOneKey() async throws {
        try await ProductWorld.run { world async throws in
            let objects: JSONValue = [
                "objects": [
                    ["kind": "identity", "name": "bot", "object": worker("one")],
                    ["kind": "identity", "name": "worker", "object": worker("two")],
                ]
            ]
            let key = [("Idempotency-Key", "many")]
            let first = try await world.send("POST", "/v1/objects", objects, key)
            try #require(first.status == 200, "\(first.text)")
            let results = first.json?["items"]?.arrayValue?.compactMap { $0["result"]?.stringValue }
            #expect(results == ["created", "changed"])
            _ = try await world.put("/v1/identities/worker", worker("three"))
            let again = try await world.send("POST", "/v1/objects", objects, key)
            #expect(again.status == 200 && again.body == first.body, "\(again.text)")
            #expect(try await world.get("/v1/identities/worker").json?["labels"] == ["three"])
        }
    }

    /// Several objects that were compared with one state are written as long as nobody changed one of them since.
    @Test func manyObjectsUnlessOneWasChangedSince() async throws {
        try await ProductWorld.run { world async throws in
            func version() async throws -> String {
                let status = try #require(try await world.get("/v1/status").json)
                return "g\(status["generation"]?.integerValue ?? 0)-r\(status["rev"]?.integerValue ?? 0)"
            }
            func put(_ label: String, since version: String) async throws -> TestClient.Answer {
                let objects: JSONValue = [
                    "objects": [
                        ["kind": "identity", "name": "bot", "object": worker(label)],
                        ["kind": "identity", "name": "worker", "object": worker(label)],
                    ], "unchanged_since": .string(version),
                ]
                return try await world.send("POST", "/v1/objects", objects)
            }
            let first = try await version()
            // What else happens meanwhile is no matter.
            #expect(try await world.put("/v1/identities/other", worker("x")).status == 201)
            #expect(try await put("one", since: first).status == 200)
            // Both were changed after that state, one of them made.
            let late = try await put("two", since: first)
            #expect(late.status == 412 && late.code == "precondition_failed", "\(late.text)")
            let pointers = late.json?["errors"]?.arrayValue?.compactMap { $0["pointer"]?.stringValue }
            #expect(pointers == ["/objects/0"])
            let second = try await version()
            #expect(try await world.put("/v1/identities/worker", worker("three")).status == 200)
            #expect(try await put("four", since: second).code == "precondition_failed")
            #expect(try await world.get("/v1/identities/bot").json?["labels"] == ["one"])
            // Another generation, a revision that is not there yet, and what is no version.
            let rev = try #require(second.split(separator: "-").last)
            #expect(try await put("five", since: "g2-\(rev)").code == "precondition_failed")
            #expect(try await put("five", since: "g1-r9999").code == "precondition_failed")
            for wrong in ["", "42", "g1", "\(first)x", "r1-g1"] {
                #expect(try await put("five", since: wrong).status == 400, "\(wrong)")
            }
            #expect(try await put("six", since: try await version()).status == 200)
        }
    }

    @Test func theSecondOfTwoOperatorsIsToldWhatChanged() async throws {
        try await ProductWorld.run { world async throws in
            let path = "/v1/identities/worker"
            let tag = try #require(try await world.get(path)["etag"])
            let one = try await world.put(path, worker("one"), [("If-Match", tag)])
            #expect(one.status == 200 && one["etag"] != tag)
            let two = try await world.put(path, worker("two"), [("If-Match", tag)])
            #expect(two.status == 412 && two.code == "precondition_failed")
            #expect(two["etag"] == one["etag"])
            #expect(two.json?["changed_by"] == "local")
            #expect(two.json?["errors"]?.arrayValue?.compactMap { $0["pointer"]?.stringValue } == ["/labels"])
            #expect(try await world.put(path, worker("two"), [("If-Match", one["etag"] ?? "")]).status == 200)
            // A hold is part of what a reader saw.
            let now = try #require(try await world.get(path)["etag"])
            let id = try #require(try await world.get(path).json?["id"]?.stringValue)
            let hold: JSONValue = ["scope": ["kind": "identity", "id": .string(id)]]
            #expect(try await world.send("POST", "/v1/holds", hold).status == 201)
            #expect(try await world.send("DELETE", path, nil, [("If-Match", now)]).status == 412)
            let held = try #require(try await world.get(path)["etag"])
            #expect(held != now)
            #expect(try await world.send("DELETE", path, nil, [("If-Match", held)]).status == 200)
        }
    }

    @Test func creatingOnlyAndChangingOnly() async throws {
        try await ProductWorld.run { world async throws in
            let create = [("If-None-Match", "*")]
            #expect(try await world.put("/v1/identities/bot", worker("one"), create).status == 201)
            let again = try await world.put("/v1/identities/bot", worker("two"), create)
            #expect(again.status == 412)
            let change = [("If-Match", "*")]
            #expect(try await world.put("/v1/identities/nobody", worker("one"), change).status == 412)
            #expect(try await world.get("/v1/identities/nobody").status == 404)
            #expect(try await world.put("/v1/identities/bot", worker("two"), change).status == 200)
            // A condition that a route can't keep is not passed over, nor one that nobody understands.
            let cut: JSONValue = ["scope": ["kind": "key", "id": "k"]]
            #expect(try await world.send("POST", "/v1/cuts", cut, change).status == 400)
            #expect(try await world.put("/v1/identities/bot", worker("x"), [("If-Match", "g1-r1")]).status == 400)
            let active = try #require(try await world.get("/v1/policies/active")["etag"])
            let policies = ProductWorld.policies
            #expect(try await world.put("/v1/policies/active", policies, [("If-Match", "\"g1-r0\"")]).status == 412)
            #expect(try await world.put("/v1/policies/active", policies, [("If-Match", active)]).status == 200)
        }
    }

    @Test func whatIsKnownIsNotSentAgain() async throws {
        try await ProductWorld.run { world async throws in
            for path in ["/v1/identities/worker", "/v1/identities", "/v1/policies/active", "/v1/apis?page_size=1"] {
                let tag = try #require(try await world.get(path)["etag"], "\(path)")
                let known = try await world.get(path, [("If-None-Match", "\"x\", \(tag)")])
                #expect(known.status == 304 && known.body.isEmpty && known["etag"] == tag, "\(path)")
                #expect(try await world.send("HEAD", path, nil, [("If-None-Match", tag)]).status == 304)
                #expect(try await world.get(path, [("If-None-Match", "\"x\"")]).status == 200)
                #expect(try await world.get(path, [("If-None-Match", "x")]).status == 400)
            }
            let tag = try #require(try await world.get("/v1/identities")["etag"])
            _ = try await world.put("/v1/identities/bot", worker("one"))
            #expect(try await world.get("/v1/identities", [("If-None-Match", tag)]).status == 200)
        }
    }

    @Test func pagesAreWholeWhileTheListGrows() async throws {
        try await ProductWorld.run { world async throws in
            for number in 0..<11 { _ = try await world.put("/v1/identities/bot-\(number)", worker("one")) }
            var names: [String] = []
            var path: String? = "/v1/identities?page_size=3"
            while let next = path {
                let page = try await world.get(next)
                try #require(page.status == 200, "\(page.text)")
                names += (page.json?["items"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
                let token = page.json?["next_page_token"]?.stringValue
                path = token.map { "/v1/identities?page_size=3&page_token=\($0)" }
                #expect(page["link"] == path.map { "<\($0)>; rel=\"next\"" })
                if names.count == 6 { _ = try await world.put("/v1/identities/late", worker("one")) }
            }
            #expect(names == ["worker"] + (0..<11).map { "bot-\($0)" } + ["late"])
            for query in ["page_size=0", "page_size=1001", "page_size=+5", "page_size=x", "page_token=00", "page=1"] {
                #expect(try await world.get("/v1/identities?\(query)").status == 400, "\(query)")
            }
            // A token of another list is none of this one.
            let first = try await world.get("/v1/identities?page_size=1")
            let token = try #require(first.json?["next_page_token"]?.stringValue)
            #expect(try await world.get("/v1/apis?page_token=\(token)").status == 400)
            let entries = try await world.get("/v1/entries?since_rev=3&page_size=2")
            #expect(entries.json?["items"]?.arrayValue?.compactMap { $0["rev"]?.integerValue } == [4, 5])
            let rest = try #require(entries["link"]).split(separator: ">")[0].dropFirst()
            #expect(try await world.get(String(rest)).json?["items"]?.arrayValue?.first?["rev"] == 6)
        }
    }

    @Test func revisionsAreWaitedFor() async throws {
        try await ProductWorld.run { world async throws in
            let now = try #require(world.engine.view.state.rev)
            for path in ["/v1/status", "/v1/identities/nobody", "/v1/cuts"] {
                #expect(try await world.get(path)["x-trust-revision"] == String(now), "\(path)")
            }
            let question = try await world.send("POST", "/access/v1/evaluation", [:], token: world.point)
            #expect(question["x-trust-revision"] == String(now))
            #expect(try await TestClient(port: world.port).send("GET", "/livez")["x-trust-revision"] == nil)
            #expect(try await world.get("/v1/status", [("At-Least-Revision", String(now))]).status == 200)
            // The next revision comes while it is waited for.
            async let waiting = world.get("/v1/identities/soon", [("At-Least-Revision", String(now + 1))])
            try await Task.sleep(for: .milliseconds(100))
            _ = try await world.put("/v1/identities/soon", worker("one"))
            let answer = try await waiting
            #expect(answer.status == 200, "\(answer.text)")
            let far = try await world.get("/v1/status", [("At-Least-Revision", String(now + 1000))])
            #expect(far.status == 503 && far.code == "revision_unreached" && far["retry-after"] == "1")
            for bad in ["", "x", "-1", "1.0", "99999999999999999999", "9223372036854775807"] {
                let answer = try await world.get("/v1/status", [("At-Least-Revision", bad)])
                #expect(answer.status == 400, "\(bad)")
            }
        }
    }
}
