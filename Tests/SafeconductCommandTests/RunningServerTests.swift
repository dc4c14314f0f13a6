// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import StrictJSON
import StrictYAML
import Testing
import TransparencyLog

@testable import SafeconductCommand

@Suite("A server and its client", .serialized, .timeLimit(.minutes(5)))
struct RunningServerTests {
    private static let objects = """
        kind: Identity
        name: worker
        type: service
        owner: team
        purpose: testing
        boundary: shop
        expires_in: 30d
        labels: [b, a]
        description: Takes orders.
        federation:
          - { issuer: login, subject: worker }
        ---
        kind: Operator
        name: team
        type: team
        purpose: testing
        boundary: shop
        expires_at: 2027-06-01T00:00:00Z
        ---
        kind: Issuer
        name: login
        url: https://login.example
        audiences: [shop]
        owner: team
        purpose: testing
        boundary: shop
        expires_at: 2027-06-01T00:00:00Z
        ---
        kind: PolicySet
        files:
          - { name: all.cedar, text: "permit (principal, action, resource);" }
        """

    /// Runs the product over a directory of its own and lets `body` talk to it.
    private static func withServer(
        _ body: (Client, _ directory: String) async throws -> Void
    ) async throws {
        let directory = NSTemporaryDirectory() + "server-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var layer = SettingsLayer()
        layer.listen = ListenAddress("127.0.0.1:0")
        layer.logLevel = .critical
        layer.readyFile = directory + "/ready.json"
        let settings = try ServerSettings([layer], data: directory)
        let running = Task { try await ProductRun(settings: settings, isDevelopment: true).run() }
        defer { running.cancel() }
        let deadline = ContinuousClock.now + .seconds(180)
        while !InputFile.exists(directory + "/ready.json"), ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(20))
        }
        let client = try Client(try Connection.find(.init(data: directory), environment: [:]))
        do { try await body(client, directory) } catch {
            await client.close()
            throw error
        }
        await client.close()
        running.cancel()
        _ = await running.result
        #expect(!InputFile.exists(directory + "/connection.json"))
    }

    private static func documents(_ text: String) throws -> [ApplyDocument] {
        try ApplyDocument.inOrder(
            YAMLReader.documents(Array(text.utf8)).map { try ApplyDocument($0, file: "f.yaml") }
        )
    }

    private static func changes(
        _ documents: [ApplyDocument],
        _ client: Client
    ) async throws -> (planned: [ApplyResult.Change], done: [ApplyResult.Change]) {
        let plan = try await ApplyPlan.comparing(documents, client)
        let planned = try documents.map { try plan.result(of: $0).change }
        var done: [ApplyResult.Change] = []
        for document in documents { done.append(try await ApplyWriter(client: client).apply(document).change) }
        return (planned, done)
    }

    @Test("Apply creates, then changes nothing, then only what changed; a dry run says the same beforehand")
    func apply() async throws {
        try await Self.withServer { client, _ in
            let all = try Self.documents(Self.objects)
            let revision = { try await client.get("/v1/status").revision }
            let first = try await Self.changes(all, client)
            #expect(first.planned == [.created, .created, .created, .created])
            #expect(first.done == first.planned)
            let before = try await revision()
            let second = try await Self.changes(all, client)
            #expect(second.planned == [.unchanged, .unchanged, .unchanged, .unchanged])
            #expect(second.done == second.planned)
            #expect(try await revision() == before)
            for (old, new) in [
                ("labels: [b, a]", "labels: [b]"), ("Takes orders.", "Takes more."),
                ("description: Takes orders.\n", ""),
                ("audiences: [shop]", "audiences: [shop, till]"), ("permit", "forbid"),
            ] {
                let documents = try Self.documents(Self.objects.replacing(old, with: new))
                let changed = try await Self.changes(documents, client)
                #expect(changed.planned.count { $0 == .changed } == 1, "\(old)")
                #expect(changed.done == changed.planned, "\(old)")
                _ = try await Self.changes(all, client)
            }
        }
    }

    @Test("What the server refuses is told at its place in the document")
    func refusal() async throws {
        try await Self.withServer { client, _ in
            let document = try #require(
                try Self.documents(Self.objects).first { $0.kind == .identity }
            )
            let failure = await #expect(throws: CommandFailure.self) {
                try await ApplyWriter(client: client).apply(document)
            }
            #expect(failure?.message.hasPrefix("f.yaml:4:1: document 1:") == true, "\(failure?.message ?? "")")
            #expect(failure?.message.contains("(/owner)") == true)
            let plan = try await ApplyPlan.comparing([document], client)
            #expect(throws: CommandFailure.self) { try plan.result(of: document) }
            let absent = await #expect(throws: CommandFailure.self) {
                try await Registry(noun: .identities, client: client).object("nobody")
            }
            #expect(absent?.status == .notFound)
        }
    }

    @Test("Lists come whole, page by page")
    func paging() async throws {
        try await Self.withServer { client, _ in
            _ = try await Self.changes(Self.documents(Self.objects), client)
            let registry = Registry(noun: .operators, client: client)
            let all = try await registry.list()
            #expect(all["items"]?.arrayValue?.count == 2)
            #expect(all["next_page_token"] == nil)
            let one = try await registry.list(limit: 1)
            #expect(one["items"]?.arrayValue?.count == 1)
            #expect(one["next_page_token"] != nil)
        }
    }

    /// Runs a command line against the server of `directory`.
    private static func run(_ directory: String, _ words: String...) async -> SafeconductCommand.ExitStatus {
        await Program.run(words + ["--data", directory, "--quiet", "-o", "json"])
    }

    @Test("Every verb over the objects does what it says, and says when there is none")
    func verbs() async throws {
        try await Self.withServer { client, directory in
            #expect(await Self.run(directory, "policy", "list") == .ok)
            _ = try await Self.changes(Self.documents(Self.objects), client)
            let replaced = Self.objects.replacing("permit", with: "forbid")
            _ = try await Self.changes(Self.documents(replaced), client)
            let noun = Noun.policySets
            // Two sets at one a page come whole, too.
            let sets = try await PagedList.all("/v1/policies", limit: .max, pageSize: 1, client)
            #expect(try await Registry(noun: noun, client: client).list() == sets)
            #expect(noun.table(sets).rows.map { $0[1] } == ["active", "replaced", "active"])
            for words in [["policy", "list"], ["log", "list"], ["log", "show"]] {
                #expect(await Program.run(words + ["--data", directory, "-o", "json"]) == .ok, "\(words)")
            }

            let worker = try #require(try await Registry(noun: .identities, client: client).object("worker")["id"])
            let scope: JSONValue = ["kind": "identity", "id": worker]
            for (word, noun) in [("cut", Noun.cuts), ("hold", Noun.holds)] {
                let id = try await client.post("/v1/\(noun.path)", ["scope": scope]).accepted().json()["id"]
                #expect(await Self.run(directory, word, "show", try #require(id?.stringValue)) == .ok)
                #expect(await Self.run(directory, word, "show", "nothing") == .notFound)
            }
        }
    }

    @Test("What is retired says so and stays known by its name")
    func retire() async throws {
        try await Self.withServer { client, directory in
            _ = try await Self.changes(Self.documents(Self.objects), client)
            for (word, noun, name) in [
                ("identity", Noun.identities, "worker"), ("issuer", .issuers, "login"),
                ("operator", .operators, "team"),
            ] {
                let registry = Registry(noun: noun, client: client)
                #expect(try await registry.object(name)["retired"] == false)
                #expect(await Self.run(directory, word, "retire", name) == .ok)
                #expect(try await registry.object(name)["retired"] == true)
            }
            for word in ["identity", "api", "issuer", "pep", "operator"] {
                #expect(await Self.run(directory, word, "retire", "nobody") == .notFound, "\(word)")
            }
        }
    }

    @Test("Logs hold, are remembered, and another history or key is not believed")
    func audit() async throws {
        try await Self.withServer { client, directory in
            let memory = LogMemory(directory: directory + "/memory")
            let keys = { try LogKeys.read(String(decoding: await client.get("/log/keys").bytes, as: UTF8.self)) }
            let run = { try await LogAudit(client: client, memory: memory, quiet: true).run(await keys()) }
            let first = try await run()
            #expect(first.map(\.holds) == [true])
            #expect(first.first?.previous == nil)
            _ = try await Self.changes(Self.documents(Self.objects), client)
            let second = try await run()
            #expect(second.first?.holds == true)
            #expect(second.first?.previous == first.first?.size)
            #expect(second.first.map { $0.size > first[0].size } == true)

            var seen = try memory.load()
            let (origin, real) = try #require(seen.first)
            seen[origin]?.root = MerkleTree.emptyRoot
            try memory.save(seen)
            #expect(try await run().first?.fault?.contains("not those seen before") == true)
            seen[origin] = LogMemory.Seen(key: real.key, size: real.size + 1000, root: real.root)
            try memory.save(seen)
            #expect(try await run().first?.fault?.contains("now has fewer") == true)
            seen[origin] = LogMemory.Seen(key: "other", size: real.size, root: real.root)
            try memory.save(seen)
            #expect(try await run().first?.fault?.contains("not the one first seen") == true)
            let gone = origin.replacing("/control", with: "/evidence-1-202001")
            seen[origin] = real
            seen[gone] = real
            try memory.save(seen)
            #expect(try await run().map(\.holds) == [true, false])
        }
    }

    @Test("A second server over the same directory is refused")
    func second() async throws {
        try await Self.withServer { _, directory in
            var layer = SettingsLayer()
            layer.listen = ListenAddress("127.0.0.1:0")
            let settings = try ServerSettings([layer], data: directory)
            let failure = await #expect(throws: CommandFailure.self) {
                try await ProductRun(settings: settings, isDevelopment: true).run()
            }
            #expect(failure?.status == .conflict)
            // The first one's announcement is still there.
            #expect(InputFile.exists(directory + "/connection.json"))
        }
    }
}
