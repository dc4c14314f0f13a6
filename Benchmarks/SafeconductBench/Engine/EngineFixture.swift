// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import StrictJSON
import TrustModel
import TrustStore

/// An engine of its own over a new SQLite store, with the benchmark's world in it.
struct EngineFixture: Sendable {
    let engine: Engine
    /// Who commands.
    let by: ObjectID
    /// Who asks.
    let point: Record<EnforcementPoint>
    /// The bearer token of the point.
    let pointToken: String

    /// Opens the engine in `scratch` and registers the world through the engine's own commands.
    static func open(in scratch: ScratchDirectory, keys: KeyServer, policies: Int) async throws -> EngineFixture {
        let engine = try await Engine.open(
            store: try SQLiteStore(directory: "\(scratch.path)/engine"),
            master: try MasterKey(file: "\(scratch.path)/master.key"),
            configuration: EngineConfiguration(allowingLoopbackHTTP: true)
        )
        let by = try await localOperator(of: engine, scratch)
        let issuer = World.issuerObject(url: keys.url, keys: keys.keysURL)
        for (kind, name, object) in [
            (ObjectKind.operator, World.team, World.teamObject), (.api, World.api, World.apiObject),
            (.issuer, World.issuer, issuer), (.identity, World.identity, World.identityObject),
            (.enforcementPoint, World.point, World.pointObject),
        ] {
            try done(await engine.put(kind, named: name, object, by: by))
        }
        try done(await engine.activatePolicies(PolicyText.activation(policies), by: by))
        let (outcome, token) = await engine.issueBearer(to: World.point, kind: .enforcementPoint, by: by)
        try done(outcome)
        let state = engine.view.state
        guard let token, let id = state.find(World.point, kind: .enforcementPoint),
            let point = state.enforcementPoints[id]
        else { throw BenchFailure("the enforcement point is not registered") }
        return EngineFixture(engine: engine, by: by, point: point, pointToken: token.secret)
    }

    /// The operator that stands for whoever holds the data directory.
    static func localOperator(
        of engine: Engine,
        _ scratch: ScratchDirectory
    ) async throws -> ObjectID {
        try await engine.provideLocalOperator(tokenFile: "\(scratch.path)/operator.token")
        guard let id = engine.view.state.find(Engine.localOperator, kind: .operator) else {
            throw BenchFailure("there is no local operator")
        }
        return id
    }

    /// Throws unless the command was carried out.
    static func done(_ outcome: CommandOutcome) throws {
        switch outcome {
        case .done: return
        case .refused(let refusal): throw BenchFailure("a command was refused: \(refusal)")
        case .failed(let error): throw BenchFailure("a command failed: \(error)")
        }
    }

    /// Asks, and throws unless the answer is a durable permit.
    func ask(_ question: Question) async throws {
        try Self.check(await engine.decide(question, for: point))
    }

    /// Asks all at once, and throws unless every answer is a durable permit.
    func ask(_ questions: [Question]) async throws {
        for answer in await engine.decide(questions, for: point) { try Self.check(answer) }
    }

    private static func check(_ answer: Result<Decision, QuestionRefusal>) throws {
        switch answer {
        case .failure(let refusal): throw BenchFailure("a question was refused: \(refusal.code) \(refusal.message)")
        case .success(let decision):
            guard decision.outcome == .allow, decision.identity == World.identity else {
                throw BenchFailure("a wrong decision: \(decision.outcome) \(decision.reason)")
            }
        }
    }
}
