// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
public import Hummingbird
internal import Logging

/// Lets a request through to its handler only after Safeconduct has permitted it, and reports what came of it.
///
/// It fails closed: without a permission in time there is no call. Callers get a problem (RFC 9457): 401 without a
/// credential that counts, 403 for a no, 429 when a limit is used up, 503 when there was no answer. The id of the
/// decision goes into the request's context, its log lines and the answer's `safeconduct-decision-id`.
public struct EnforcementMiddleware<Context: EnforcedRequestContext>: RouterMiddleware {
    /// A body of a known length up to this is taken to arrive: counting it would cost a write of its own.
    private static var uncounted: Int { 64 << 10 }

    private let client: DecisionClient
    private let rules: EnforcementRules<Context>

    /// A middleware that asks `client`. Run the client as a service beside the server, or no outcome is reported.
    public init(_ client: DecisionClient, rules: EnforcementRules<Context>) {
        self.client = client
        self.rules = rules
    }

    /// Asks, then calls `next` or refuses.
    public func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let decision: Decision
        switch await decide(request, context) {
        case .refused(let refusal):
            report(refusal)
            return refusal.response(instance: context.logger[metadataKey: "hb.request.id"]?.description)
        case .permitted(let answer): decision = answer
        }
        let call = EnforcedCall(decision)
        var context = context
        context.enforced = call
        if let id = decision.id { context.logger[metadataKey: "decision.id"] = .string(id) }
        let began = ContinuousClock.now
        var response: Response
        do {
            response = try await next(request, context)
        } catch {
            let status = (error as? any HTTPResponseError)?.status ?? .internalServerError
            report(call, status.code, bytes: nil, error: status.code >= 500 ? "handler_failed" : nil, since: began)
            throw error
        }
        if let name = HTTPField.Name.decisionID, let id = decision.id { response.headers[name] = id }
        for field in decision.callerFields where HTTPField.isValidValue(field.value) {
            response.headers[field.name] = field.value
        }
        let status = response.status.code
        if let length = response.body.contentLength, length <= Self.uncounted {
            report(call, status, bytes: Int64(length), error: nil, since: began)
        } else {
            let tally = ByteTally { bytes, isWhole in
                report(call, status, bytes: bytes, error: isWhole ? nil : "interrupted", since: began)
            }
            response.body = response.body.counted(tally)
        }
        return response
    }

    private enum Verdict {
        case permitted(Decision)
        case refused(Refusal)
    }

    private func decide(_ request: Request, _ context: Context) async -> Verdict {
        let question: Question
        do throws(RequestFault) {
            guard let asked = try await self.question(request, context) else {
                return .refused(.unauthenticated(realm: rules.realm))
            }
            question = asked
        } catch {
            return .refused(.malformed(error))
        }
        do throws(ClientError) {
            let decision = try await client.decide(question, trace: Self.trace(of: request))
            guard decision.permits else {
                context.logger.info(
                    "denied",
                    metadata: [
                        "decision.id": .string(decision.id ?? "-"), "decision.reason": .string(decision.reason ?? "-"),
                    ]
                )
                return .refused(Refusal(decision))
            }
            return .permitted(decision)
        } catch {
            context.logger.warning(
                "no decision, so the call is refused",
                metadata: ["decision.failure": .string(error.description)]
            )
            return .refused(.unavailable(error))
        }
    }

    /// What to ask about a request; nil when it carries no credential.
    private func question(_ request: Request, _ context: Context) async throws(RequestFault) -> Question? {
        let path = request.uri.path
        guard PlainPath.holds(path) else { throw RequestFault("the path can be read in more than one way") }
        let subject: Question.Subject
        switch await rules.subject(request, context) {
        case .proven(let token): subject = .proven(token)
        case .bound(let token, let proof):
            let host = request.head.authority ?? rules.host ?? ""
            let url = "\(rules.scheme)://\(host)\(path)"
            subject = .bound(token, Question.Proof(proof, method: request.method.rawValue, url: url))
        case .asserted(let name): subject = .asserted(name)
        case .nobody: return nil
        }
        var attributes: [String: Question.Attribute] = [:]
        for rule in rules.attributes { attributes[rule.name] = try rule.value(in: request) }
        return Question(
            subject: subject,
            resource: .route(
                method: request.method.rawValue,
                host: rules.host ?? request.head.authority,
                path: path
            ),
            attributes: attributes
        )
    }

    private static func trace(of request: Request) -> TraceParent? {
        guard let parent = HTTPField.Name("traceparent"), let state = HTTPField.Name("tracestate") else { return nil }
        return TraceParent(request.headers[values: parent], states: request.headers[values: state])
    }

    /// A refusal is an outcome, too: that a no was kept to is worth knowing.
    private func report(_ refusal: Refusal) {
        guard rules.reportsOutcomes, let id = refusal.decision?.id else { return }
        var outcome = CallOutcome()
        outcome.passed = false
        outcome.status = refusal.status.code
        client.report(later: outcome, of: id)
    }

    private func report(
        _ call: EnforcedCall,
        _ status: Int,
        bytes: Int64?,
        error: String?,
        since began: ContinuousClock.Instant
    ) {
        guard rules.reportsOutcomes, let id = call.decision.id else { return }
        var outcome = call.noted
        outcome.passed = true
        outcome.status = status
        if let bytes { outcome.bytes = bytes }
        if let error { outcome.error = error }
        let (seconds, attoseconds) = (ContinuousClock.now - began).components
        outcome.latencyMilliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        client.report(later: outcome, of: id)
    }
}
