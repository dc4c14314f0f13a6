// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Safeconduct
import StrictJSON
import TrustModel

/// The calls that Envoy or nginx holds, decided by the engine.
struct EngineCallChecker: CallChecker {
    let engine: Engine
    let metrics: DecisionMetrics

    func check(_ call: CallCheck, for inquiry: Inquiry) async throws(Problem) -> CallVerdict {
        let point = try engine.point(inquiry.caller)
        engine.heard(of: point.object.id, inquiry.report)
        var question = Question(
            subject: call.token.map(Question.SubjectClaim.token) ?? .none,
            resource: .call(host: call.host, method: call.method, path: call.path),
            attributes: JSONObject()
        )
        question.dpop = call.proof.map { Question.ProofClaim(proof: $0, method: call.method, url: call.url) }
        question.pointCredential = ObjectID(inquiry.caller.credential)
        question.probe = inquiry.trace?.probe()
        let began = NIODeadline.now()
        switch await engine.decide(question, for: point) {
        case .failure(let refusal): throw Problem(refusal)
        case .success(let decision):
            metrics.count(decision, since: began)
            inquiry.trace?.decided(decision, question.probe)
            return Self.verdict(decision)
        }
    }

    private static func verdict(_ decision: Decision) -> CallVerdict {
        var headers = decision.id.map { [("safeconduct-decision-id", $0.description)] } ?? []
        if let version = decision.policyVersion { headers.append((Decision.policyHeader, version.description)) }
        headers += decision.fieldsForCaller
        if decision.outcome.permits {
            if let identity = decision.identity { headers.append(("safeconduct-identity", identity)) }
            if let remaining = decision.remaining { headers.append(("safeconduct-remaining", String(remaining))) }
            if let features = decision.features {
                headers.append(("safeconduct-features", features.joined(separator: ", ")))
            }
            return .allow(headers: headers)
        }
        var members: [(name: String, value: JSONValue)] = []
        if let id = decision.id { members.append(("decision_id", .string(id.description))) }
        members.append(("reason", .string(decision.reason)))
        members.append(("outcome", .string(decision.outcome.rawValue)))
        if !decision.remedies.isEmpty {
            members.append(("remedies", .array(decision.remedies.map { .string($0.description) })))
        }
        if decision.authenticate {
            let code: ProblemCode =
                switch decision.reason {
                case "token_missing": .unauthenticated
                // The token is good, and its key has to be shown as well.
                case "proof_missing": .challengeRequired
                default: .invalidCredential
                }
            return .unauthenticated(Problem(code, decision.message, headers: headers, members: members))
        }
        if decision.retryAfter != nil {
            return .deny(Problem(.tooManyRequests, decision.message, headers: headers, members: members))
        }
        if !decision.approvers.isEmpty { members.append(("access_request", decision.accessRequest)) }
        if decision.outcome == .challenge {
            // RFC 9470 section 3: the token is valid, and more is wanted.
            return .unauthenticated(
                Problem(
                    .challengeRequired,
                    decision.message,
                    remedy: remedy(decision),
                    headers: headers,
                    members: members
                )
            )
        }
        return .deny(
            Problem(.denied, decision.message, remedy: remedy(decision), headers: headers, members: members)
        )
    }

    private static func remedy(_ decision: Decision) -> String? {
        decision.remedies.isEmpty
            ? nil : "What would let the call through: \(decision.remedies.map(\.description).joined(separator: ", "))."
    }
}
