// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON
internal import TrustModel

/// A question that may be answered, with the view and the moment that it is answered by.
struct AskedQuestion {
    let view: TrustView
    let now: Timestamp
    let point: EnforcementPoint
    let resource: FoundResource

    /// The beginning of the decision's record: a denial until something else is found.
    var draft: DecisionRecord {
        var draft = DecisionRecord(
            at: now,
            rev: view.state.rev ?? 0,
            point: point.id,
            api: resource.api.object.id,
            outcome: .deny,
            reason: ""
        )
        draft.operation = resource.operation?.name
        draft.policySet = view.policies?.id
        return draft
    }
}

/// The API that a question is about, and the operation, if the call reaches one.
struct FoundResource {
    let api: TrustModel.Record<Api>
    let operation: TrustModel.Operation?
    /// The decoded segments of the path of a call on the wire; empty where an operation was named.
    var segments: [String] = []

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
    func ask(_ question: Question, by point: ObjectID) -> Result<AskedQuestion, QuestionRefusal> {
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
        // The point was let in some time ago: what counts is what it is now.
        guard let asker = view.state.enforcementPoints[point],
            view.state.admits(point, with: question.pointCredential, at: now)
        else { return .failure(Self.notGranted) }
        return find(question, for: asker.object, view, now).map { found in
            AskedQuestion(view: view, now: now, point: asker.object, resource: found)
        }
    }

    private func find(
        _ question: Question,
        for point: EnforcementPoint,
        _ view: TrustView,
        _ now: Timestamp
    ) -> Result<FoundResource, QuestionRefusal> {
        let found: FoundResource
        switch question.resource {
        case .operation(let name):
            let parts = name.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, let id = view.state.find(parts[0], kind: .api), point.apis.contains(id),
                let api = view.state.apis[id]
            else { return .failure(Self.notGranted) }
            found = FoundResource(api: api, operation: api.object.operations.first { $0.name == parts[1] })
        case .call(let host, let method, let path):
            switch route(host, method, path, point, view) {
            case .success(let reached): found = reached
            case .failure(let refusal): return .failure(refusal)
            }
        }
        guard !found.api.retired, found.api.object.custody.expiresAt > now else {
            return .failure(QuestionRefusal("api_expired", "the API's registration has expired or was retired"))
        }
        guard view.state.revocations.hold(on: found.api.object.id) == nil else {
            return .failure(QuestionRefusal("api_suspended", "a hold is on the API"))
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

    /// What a call on the wire reaches.
    private func route(
        _ host: String?,
        _ method: String,
        _ path: String,
        _ point: EnforcementPoint,
        _ view: TrustView
    ) -> Result<FoundResource, QuestionRefusal> {
        let authority = host.flatMap(CallTarget.normalizedHost)
        let apis = point.apis.compactMap { view.state.apis[$0] }.filter { record in
            !record.retired
                && (record.object.hosts.isEmpty || authority.map(record.object.hosts.contains) ?? false)
        }
        guard let first = apis.first else { return .failure(Self.notGranted) }
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

    static var notGranted: QuestionRefusal {
        QuestionRefusal("not_granted", "this enforcement point was not granted questions about this API")
    }
}
