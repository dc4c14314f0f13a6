// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import TrustModel

@testable import Safeconduct

/// One random thing that somebody asks of a node. Names come from small pools, so that nodes get in each other's way.
enum RandomWork: Sendable {
    case identity(String, labels: String)
    case team(String)
    case retire(ObjectKind, String)
    case hold(String)
    case liftOldest
    case cut(String)
    case policies(Int)
    case bearer
    case decide(String)
    case anchor
    case broken

    init(_ random: inout SeededGenerator) {
        let name = "bot-\(Int.random(in: 0..<24, using: &random))"
        let team = "team-\(Int.random(in: 0..<12, using: &random))"
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<34: self = .identity(name, labels: random.pick([#""a""#, #""a","b""#, "", #""c""#]))
        case 34..<46: self = .team(team)
        case 46..<50: self = .retire(.operator, team)
        case 50..<52: self = .retire(.identity, name)
        case 52..<60: self = .hold(name)
        case 60..<66: self = .liftOldest
        case 66..<72: self = .cut(name)
        case 72..<75: self = .policies(Int.random(in: 0..<5, using: &random))
        case 75..<80: self = .bearer
        case 80..<94: self = .decide(name)
        case 94..<96: self = .anchor
        default: self = .broken
        }
    }

    /// Does it at a node; refusals are as good as anything.
    func run(at world: World) async throws {
        let (engine, by) = (world.engine, world.local)
        func scope(_ name: String) throws -> JSONValue {
            try JSONValue(parsing: #"{"scope":{"kind":"identity","id":"\#(name)"}}"#)
        }
        switch self {
        case .identity(let name, let labels):
            let json = #"{"kind":"service",\#(World.custody),"labels":[\#(labels)],"federation":[]}"#
            _ = await engine.put(.identity, named: name, try JSONValue(parsing: json), by: by)
        case .team(let name):
            let json = #"{"kind":"team","purpose":"orders","boundary":"prod/eu","expires_in":"30d"}"#
            _ = await engine.put(.operator, named: name, try JSONValue(parsing: json), by: by)
        case .retire(let kind, let name): _ = await engine.retire(kind, name, by: by)
        case .hold(let name): _ = await engine.hold(try scope(name), by: by)
        case .cut(let name): _ = await engine.cut(try scope(name), by: by)
        case .liftOldest:
            guard let hold = engine.view.state.holds.sorted.first(where: { !$0.retired }) else { return }
            _ = await engine.lift(hold.object.id.description, reason: "over", by: by)
        case .policies(let number):
            let text = "permit (principal, action, resource) when { \(number) < 9 };"
            _ = await engine.activatePolicies(World.policySet(("main.cedar", text)), by: by)
        case .bearer: _ = await engine.issueBearer(to: "edge", kind: .enforcementPoint, by: by)
        case .decide(let name): _ = try await world.ask(.asserted(name))
        case .anchor: await engine.anchorEvidence()
        case .broken:
            // Refused halfway: it must leave no trace.
            _ = await engine.carryOut(
                Command(by: by) { _, now in [.liftHold(HoldLift(hold: by, cut: by, sealed: nil))] }
            )
        }
    }
}
