// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TrustModel

@testable import Safeconduct

extension World {
    /// The point that asks unless a test says otherwise.
    func point(_ name: String = "edge") throws -> ObjectID {
        try #require(engine.view.state.find(name, kind: .enforcementPoint))
    }

    /// Asks as an asserted subject and gives the decision's id.
    func decided(_ identity: String = "worker", _ operation: String = "show") async throws -> ObjectID {
        try #require(try await ask(.asserted(identity), operation).get().id)
    }

    /// What became of a report, in one word: a result, `repeated`, a refusal's code, or `!` and why it failed.
    func tell(_ decision: ObjectID, _ report: String = "{}", as point: String = "edge") async throws -> String {
        let report = try OutcomeReport(try JSONValue(parsing: report))
        let reported = ReportedOutcome(decision: decision, report: report)
        let answers = await engine.report([reported], by: try self.point(point))
        #expect(answers.count == 1)
        return try Self.word(#require(answers.first))
    }

    static func word(_ answer: OutcomeAnswer) -> String {
        switch answer {
        case .recorded(let result, let enforced): enforced ? result.rawValue : "\(result.rawValue), not enforced"
        case .repeated: "repeated"
        case .refused(let refusal): refusal.rawValue
        case .failed(let error): "!\(error.code)"
        }
    }

    /// What is known of what came of a decision.
    func state(of decision: ObjectID) async throws -> OutcomeState? {
        try #require(try await engine.decision(decision)).state
    }
}
