// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
internal import StrictJSON
internal import TrustModel

/// One view at one moment by which questions of one enforcement point are answered, and what was found in it so far:
/// the questions of one request often name one subject, or one API.
///
/// Lives for one request; what it remembers is true in its view at its moment and nowhere else.
final class Hearing {
    let view: TrustView
    let now: Timestamp
    let point: EnforcementPoint
    /// The point's own credential, which counts.
    let credential: ObjectID?
    private var resources = FoundBefore<Text, Result<FoundResource, QuestionRefusal>>()
    private var callers = FoundBefore<Claim, Result<AdmittedSubject, SubjectRefusal>>()
    private var calls = FoundBefore<CallPlace, PlainCall>()

    /// Who calls, as the point says it.
    struct Claim: Hashable {
        let isToken: Bool
        let text: Text
    }

    /// A caller and what it calls, by the identity of what was found.
    private struct CallPlace: Hashable {
        let caller: ObjectIdentifier
        let resource: ObjectIdentifier
    }

    init(view: TrustView, now: Timestamp, point: EnforcementPoint, credential: ObjectID?) {
        self.view = view
        self.now = now
        self.point = point
        self.credential = credential
    }

    /// What a question is about.
    func find(_ question: Question) -> Result<FoundResource, QuestionRefusal> {
        let found: FoundResource
        switch resource(question.resource) {
        case .success(let resource): found = resource
        case .failure(let refusal): return .failure(refusal)
        }
        if let action = question.action, let operation = found.operation, action != "call",
            action != operation.action.rawValue
        {
            return .failure(
                QuestionRefusal(
                    "action_unknown",
                    "the operation '\(operation.name)' is a \(operation.action.rawValue); ask for that or for 'call'"
                )
            )
        }
        return .success(found)
    }

    private func resource(_ claim: Question.ResourceClaim) -> Result<FoundResource, QuestionRefusal> {
        switch claim {
        case .operation(let name):
            let key = Text(name)
            if let known = resources[key] { return known }
            let found = operation(name).flatMap(alive)
            resources.remember(found, for: key)
            return found
        case .call(let host, let method, let path): return route(host, method, path).flatMap(alive)
        }
    }

    private func operation(_ name: String) -> Result<FoundResource, QuestionRefusal> {
        let parts = name.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let id = view.state.find(parts[0], kind: .api), point.apis.contains(id),
            let api = view.state.apis[id]
        else { return .failure(Engine.notGranted) }
        return .success(FoundResource(api: api, operation: api.object.operations.first { $0.name == parts[1] }))
    }

    private func alive(_ found: FoundResource) -> Result<FoundResource, QuestionRefusal> {
        guard !found.api.retired, found.isRegistered(at: now) else { return .failure(Self.expired) }
        guard view.state.revocations.hold(on: found.api.object.id) == nil else {
            return .failure(QuestionRefusal("api_suspended", "a hold is on the API"))
        }
        return .success(found)
    }

    static var expired: QuestionRefusal {
        QuestionRefusal("api_expired", "the API's registration has expired or was retired")
    }

    /// What a call on the wire reaches.
    private func route(_ host: String?, _ method: String, _ path: String) -> Result<FoundResource, QuestionRefusal> {
        let authority = host.flatMap(CallTarget.normalizedHost)
        let apis = point.apis.compactMap { view.state.apis[$0] }.filter { record in
            !record.retired
                && (record.object.hosts.isEmpty || authority.map(record.object.hosts.contains) ?? false)
        }
        guard let first = apis.first else { return .failure(Engine.notGranted) }
        guard let segments = CallTarget.segments(ofPath: path) else {
            return .failure(
                QuestionRefusal(
                    "path_ambiguous",
                    "the path can be read in more than one way, so it is not passed on"
                )
            )
        }
        let matches = apis.compactMap { record in
            record.object.routes.operation(method: method, segments: segments).map {
                FoundResource(api: record, operation: record.object.operations[$0], segments: segments)
            }
        }
        guard matches.count <= 1 else {
            return .failure(QuestionRefusal("path_ambiguous", "more than one API answers to this call"))
        }
        return .success(matches.first ?? FoundResource(api: first, operation: nil))
    }

    /// Who calls, found by `admit` unless a question with the same claim was heard before.
    func caller(
        _ claim: Claim,
        _ admit: () -> Result<AdmittedSubject, SubjectRefusal>
    ) -> Result<AdmittedSubject, SubjectRefusal> {
        if let known = callers[claim] { return known }
        let found = admit()
        callers.remember(found, for: claim)
        return found
    }

    /// What all calls of one caller to one operation have in common; nil while no policies are active.
    func call(_ caller: AdmittedSubject, _ found: FoundResource) -> PlainCall? {
        let place = CallPlace(caller: ObjectIdentifier(caller), resource: ObjectIdentifier(found))
        if let known = calls[place] { return known }
        guard let operation = found.operation, let policies = view.policies,
            let world = RequestWorld(
                subject: caller.subject,
                resource: Resource(api: found.api, operation: operation),
                view: view
            )
        else { return nil }
        let draft = draft(of: caller, to: found)
        let task = caller.subject.task.map { CallTask($0, calling: world.resource, in: view.state, at: now) }
        let call = PlainCall(policies, world, caller, found, draft, task: task, beside: view.shadowSet, view.state)
        calls.remember(call, for: place)
        return call
    }

    /// The beginning of a decision's record: a denial until something else is found.
    func draft(_ found: FoundResource) -> DecisionRecord {
        var draft = DecisionRecord(
            at: now,
            rev: view.state.rev ?? 0,
            point: point.id,
            api: found.api.object.id,
            outcome: .deny,
            reason: ""
        )
        draft.operation = found.operation?.name
        draft.policySet = view.policies?.id
        return draft
    }

    /// The same once it is known who calls.
    func draft(of caller: AdmittedSubject, to found: FoundResource) -> DecisionRecord {
        var draft = draft(found)
        draft.take(caller.subject)
        return draft
    }
}

/// A question, what it is about, and by which view at which moment.
struct HeardQuestion {
    let hearing: Hearing
    let resource: FoundResource
}

/// The API that a question is about, and the operation, if the call reaches one.
final class FoundResource: Sendable {
    let api: TrustModel.Record<Api>
    let operation: TrustModel.Operation?
    /// The decoded segments of the path of a call on the wire; empty where an operation was named.
    let segments: [String]

    init(api: TrustModel.Record<Api>, operation: TrustModel.Operation?, segments: [String] = []) {
        self.api = api
        self.operation = operation
        self.segments = segments
    }

    /// Whether a wrong call changes something or reaches beyond its own data.
    var isElevated: Bool { operation.map { Resource(api: api, operation: $0).isElevated } ?? false }

    /// Whether the API's registration has not expired.
    func isRegistered(at now: Timestamp) -> Bool { api.object.custody.expiresAt > now }

    /// The request attributes: what the point says, and what the path itself says, which counts.
    func attributes(_ stated: JSONObject) -> JSONObject {
        guard let operation, !segments.isEmpty, !operation.attributes.isEmpty else { return stated }
        var attributes = stated
        if operation.attributes.contains("path") { attributes["path"] = .string("/" + segments.joined(separator: "/")) }
        let template = (api.object.basePath + operation.path).utf8.split(
            separator: UInt8(ascii: "/"),
            omittingEmptySubsequences: false
        )
        for (part, segment) in zip(template.dropFirst(), segments) where part.first == UInt8(ascii: "{") {
            let name = String(decoding: part.dropFirst().dropLast(), as: UTF8.self)
            // Only what the operation names reaches a policy; the rest of a path is recorded nowhere.
            if operation.attributes.contains(name) { attributes[name] = .string(segment) }
        }
        return attributes
    }
}

extension Engine {
    /// Reads the newest view, and refuses what can't or must not be answered with it.
    ///
    /// - Parameters:
    ///   - point: Who asks.
    ///   - credential: What it came with; nil when it needs none.
    func hear(_ point: ObjectID, with credential: ObjectID?) -> Result<Hearing, QuestionRefusal> {
        soundView().flatMap { view, now in
            // The point was let in some time ago: what counts is what it is now.
            guard let asker = view.state.enforcementPoints[point],
                view.state.admits(point, with: credential, at: now)
            else { return .failure(Self.notGranted) }
            return .success(Hearing(view: view, now: now, point: asker.object, credential: credential))
        }
    }

    /// The newest view and its moment, if anything may be decided with it.
    func soundView() -> Result<(TrustView, Timestamp), QuestionRefusal> {
        let sight = follower.sight
        let view = sight.view
        let (now, monotonic) = clock.moment(head: view.state.time)
        if clock.jumped {
            return .failure(QuestionRefusal("clock_unsound", "the wall clock has jumped; this node answers nothing"))
        }
        if !sight.isSound {
            return .failure(
                QuestionRefusal("state_unsound", "this node can't follow the control log; it answers nothing")
            )
        }
        guard monotonic - sight.asked <= Follower.staleAfter else { return .failure(Self.stale) }
        return .success((view, now))
    }

    static var notGranted: QuestionRefusal {
        QuestionRefusal("not_granted", "this enforcement point was not granted questions about this API")
    }
}
