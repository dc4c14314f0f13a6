// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import JOSE
import StrictJSON
import Synchronization
import Testing
import TrustModel
import TrustStore

@testable import Safeconduct

/// A whole control plane in a directory of its own: an API with three operations, an issuer, a worker bound to it, a
/// reader who is not, and an enforcement point.
final class World: Sendable {
    static let issuer = "https://issuer.example"
    static let issuerURL = "https://trust.example"
    static let key = SigningKey.generate(.es256, keyID: "k1")

    let place: String
    let store: FaultStore
    let engine: Engine
    let clock: TestClock
    let keys: ScriptedKeys
    let local: ObjectID

    var data: String { place + "/data" }
    var tokenFile: String { place + "/operator.token" }

    private init(
        _ place: String,
        _ store: FaultStore,
        _ engine: Engine,
        _ clock: TestClock,
        _ keys: ScriptedKeys,
        _ local: ObjectID
    ) {
        self.place = place
        self.store = store
        self.engine = engine
        self.clock = clock
        self.keys = keys
        self.local = local
    }

    /// Opens an engine over the directory `place`.
    static func open(
        _ place: String,
        _ clock: TestClock = TestClock(),
        _ keys: ScriptedKeys = ScriptedKeys(),
        origin: String? = nil,
        node: UInt16 = 1,
        changing change: (inout EngineConfiguration) -> Void = { _ in }
    ) async throws -> World {
        let store = FaultStore(inner: try SQLiteStore(directory: place + "/data"))
        var configuration = EngineConfiguration(
            origin: origin,
            issuerURL: issuerURL,
            readClock: clock.read,
            node: node
        )
        change(&configuration)
        let engine = try await Engine.open(
            store: store,
            master: try MasterKey(file: place + "/master.key"),
            configuration: configuration,
            keys: keys
        )
        try await engine.provideLocalOperator(tokenFile: place + "/operator.token")
        let local = try #require(engine.view.state.find("local", kind: .operator))
        return World(place, store, engine, clock, keys, local)
    }

    /// Runs `body` in a fresh directory that is gone afterwards.
    static func inPlace(_ body: (String) async throws -> Void) async throws {
        let place = NSTemporaryDirectory() + "safeconduct-engine-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: place) }
        try await body(place)
    }

    /// Runs `body` in a fresh world; afterwards every decision that was recorded has to be provable and repeatable.
    static func run(policies: String? = nil, _ body: (World) async throws -> Void) async throws {
        try await inPlace { place in
            let world = try await open(place)
            try await world.populate()
            if let policies { try await world.activate(policies) }
            try await body(world)
            try await world.proveEverything()
            world.store.inner.close()
        }
    }

    /// The same directory opened once more: what a restart finds, or another process.
    func reopened(changing change: (inout EngineConfiguration) -> Void = { _ in }) async throws -> World {
        try await World.open(place, clock, keys, node: engine.node.number, changing: change)
    }

    /// Another node over the same directory, with a clock of its own.
    func neighbour(_ number: UInt16 = 2, _ clock: TestClock? = nil) async throws -> World {
        try await World.open(place, clock ?? self.clock, keys, node: number)
    }

    static let custody = #""owner":"local","purpose":"orders","boundary":"prod/eu","expires_in":"30d""#

    func populate() async throws {
        keys.set([Self.key], of: Self.issuer)
        try await put(
            .issuer,
            "ci",
            #"{"url":"\#(Self.issuer)","audiences":["safeconduct"],"algorithms":["ES256"],"#
                + #""maximum_token_seconds":600,"trust_domain":"shop",\#(Self.custody)}"#
        )
        try await put(.identity, "worker", Self.identity(bound: #"{"issuer":"ci","subject":"worker"}"#))
        try await put(.identity, "reader", Self.identity(bound: ""))
        try await put(
            .api,
            "orders",
            #"{"hosts":["orders.example"],"base_path":"/v1",\#(Self.custody),"operations":["#
                + #"{"name":"show","method":"GET","path":"/orders/{id}","attributes":["amount","reason"]},"#
                + #"{"name":"create","method":"POST","path":"/orders","attributes":["amount"]},"#
                + #"{"name":"admin","method":"GET","path":"/admin","capabilities":["reaches_admin"],"attributes":["amount"]}]}"#
        )
        try await put(
            .enforcementPoint,
            "edge",
            #"{"apis":["orders"],"subjects":["proven","asserted"],\#(Self.custody)}"#
        )
    }

    static func identity(bound: String, custody: String = World.custody) -> String {
        #"{"kind":"service",\#(custody),"labels":["eu"],"federation":[\#(bound)]}"#
    }

    // MARK: Commands

    @discardableResult
    func put(_ kind: ObjectKind, _ name: String, _ json: String) async throws -> Range<UInt64> {
        try Self.done(await engine.put(kind, named: name, try JSONValue(parsing: json), by: local))
    }

    /// Has these policies decide as releases did that knew no schema: what is tried here is what they do, not whether
    /// they may.
    func activate(_ policies: String) async throws {
        let files = [PolicySet.File(name: "main.cedar", text: policies)]
        try Self.done(
            await engine.carryOut(
                Command(by: local, collection: "policies") { state, now throws(CommandRefusal) in
                    let digest = PolicySet(id: MadeUp.id(.policySet), files: files).digest
                    if let active = state.activePolicies, state.policySets[active]?.object.digest == digest {
                        return []
                    }
                    var generator = SystemRandomNumberGenerator()
                    let id = ObjectID(kind: .policySet, at: now, using: &generator)
                    return [.activatePolicies(PolicySet(id: id, files: files))]
                }
            )
        )
    }

    static func policySet(_ files: (String, String)..., note: String? = nil) -> JSONValue {
        var set = JSONObject([
            ("files", .array(files.map { ["name": .string($0.0), "text": .string($0.1)] }))
        ])
        if let note { set["note"] = .string(note) }
        return .object(set)
    }

    func hold(_ scope: String, reason: String = "test") async throws -> ObjectID {
        let value = try JSONValue(parsing: #"{"scope":\#(scope),"reason":"\#(reason)"}"#)
        let revs = try Self.done(await engine.hold(value, by: local))
        return try #require(engine.view.state.holds.sorted.first { revs.contains($0.rev) }).object.id
    }

    func cut(_ scope: String) async throws {
        try Self.done(await engine.cut(try JSONValue(parsing: #"{"scope":\#(scope)}"#), by: local))
    }

    /// Begins something while the next leaves of evidence are about to be written, which wait for it a while.
    ///
    /// - Returns: What comes of it, once the leaves were written.
    func whileWriting<Value: Sendable>(
        _ work: @escaping @Sendable () async throws -> Value
    ) -> () async throws -> Value {
        let begun = Mutex<Task<Value, any Error>?>(nil)
        store.faults.beforeEvidence.withLock { before in
            before = {
                begun.withLock { $0 = Task { try await work() } }
                usleep(200_000)
            }
        }
        return { try await #require(begun.withLock { $0 }).value }
    }

    /// Cuts the identity `worker` while the next leaves of evidence are being written, and waits for it there.
    func cutWorkerWhileWriting() {
        store.faults.beforeEvidence.withLock { work in
            work = {
                let done = DispatchSemaphore(value: 0)
                Task {
                    _ = try? await self.cut(#"{"kind":"identity","id":"worker"}"#)
                    done.signal()
                }
                done.wait()
            }
        }
    }

    func lift(_ hold: ObjectID) async throws {
        try Self.done(await engine.lift(hold.description, reason: "over", by: local))
    }

    @discardableResult
    static func done(
        _ outcome: CommandOutcome,
        _ location: SourceLocation = #_sourceLocation
    ) throws -> Range<UInt64> {
        guard case .done(let revs, let view) = outcome else {
            Issue.record("not done: \(outcome)", sourceLocation: location)
            throw EngineError(.internal, "the command was not carried out")
        }
        #expect(view.state.size >= revs.upperBound, sourceLocation: location)
        return revs
    }

    // MARK: Questions

    /// A token of the issuer, its times in seconds from now.
    func token(
        _ subject: String? = "worker",
        issuer: String = World.issuer,
        audience: String = "safeconduct",
        issued: Int64 = 0,
        lifetime: Int64 = 300,
        notBefore: Int64? = nil,
        id: String? = nil,
        claims: [(String, JSONValue)] = [],
        key: SigningKey = World.key
    ) throws -> String {
        let now = clock.now.milliseconds / 1000
        var body = JSONObject([
            ("iss", .string(issuer)), ("aud", .string(audience)), ("iat", .integer(now + issued)),
            ("exp", .integer(now + issued + lifetime)),
        ])
        if let subject { body["sub"] = .string(subject) }
        if let notBefore { body["nbf"] = .integer(now + notBefore) }
        if let id { body["jti"] = .string(id) }
        for (name, value) in claims { body[name] = value }
        return String(decoding: try key.sign(JSONValue.object(body).serialized()), as: UTF8.self)
    }

    func ask(
        _ subject: Question.SubjectClaim,
        _ operation: String = "show",
        action: String? = nil,
        attributes: String = "{}",
        point: String = "edge"
    ) async throws -> Result<Decision, QuestionRefusal> {
        try await ask(
            Question(
                subject: subject,
                resource: .operation("orders/" + operation),
                action: action,
                attributes: try #require(try JSONValue(parsing: attributes).objectValue)
            ),
            point: point
        )
    }

    func ask(_ question: Question, point: String = "edge") async throws -> Result<Decision, QuestionRefusal> {
        let state = engine.view.state
        let record = try #require(state.find(point, kind: .enforcementPoint).flatMap { state.enforcementPoints[$0] })
        return await engine.decide(question, for: record)
    }

    /// Asks all of it in one request.
    func ask(_ questions: [Question], point: String = "edge") async throws -> [Result<Decision, QuestionRefusal>] {
        let state = engine.view.state
        let record = try #require(state.find(point, kind: .enforcementPoint).flatMap { state.enforcementPoints[$0] })
        return await engine.decide(questions, for: record)
    }

    /// The reason of a decision, or of a question's refusal behind a `?`.
    static func reason(_ answer: Result<Decision, QuestionRefusal>) -> String {
        switch answer {
        case .success(let decision): decision.reason
        case .failure(let refusal): "?" + refusal.code
        }
    }

    func reason(
        token: String,
        _ operation: String = "show",
        attributes: String = "{}"
    ) async throws -> String {
        Self.reason(try await ask(.token(token), operation, attributes: attributes))
    }

    func reason(
        _ identity: String = "worker",
        _ operation: String = "show",
        attributes: String = "{}"
    ) async throws -> String {
        Self.reason(try await ask(.asserted(identity), operation, attributes: attributes))
    }
}

/// What permits everything.
let permitAll = "permit (principal, action, resource);"
