// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Safeconduct
import StrictJSON
import TrustModel

extension EngineDecisionPoint {
    /// Everything in the point's reach for which ``decide(_:for:)`` would answer `allow` at the revision that the answer
    /// names; each page is one leaf of the evidence.
    ///
    /// Subjects are identities, vouched for; resources are operations. Of any other type there are none.
    func search(
        _ search: AccessSearch,
        after position: String?,
        for inquiry: Inquiry
    ) async throws(Problem) -> SearchAnswer {
        let point = try engine.point(inquiry.caller)
        let report = Self.report(search.context) ?? inquiry.report
        engine.heard(of: point.object.id, report)
        guard point.object.subjects.contains(.asserted) else { throw Problem(Engine.mayNotVouch) }
        guard let query = try query(search, after: position, ObjectID(inquiry.caller.credential)) else {
            return .nothing
        }
        return try await searches.run(for: inquiry.caller.id) { () async throws(Problem) -> SearchAnswer in
            let began = NIODeadline.now()
            switch await engine.seek(query, for: point) {
            case .failure(let refusal): throw Problem(refusal)
            case .success(let page):
                searchMetrics.count(query.sought, page, since: began)
                return SearchAnswer(
                    results: page.results,
                    next: page.next,
                    context: page.context,
                    policyVersion: page.policyVersion
                )
            }
        }
    }

    /// The engine's query; nil when the types are not of this world.
    private func query(
        _ search: AccessSearch,
        after position: String?,
        _ credential: ObjectID?
    ) throws(Problem) -> AccessQuery? {
        guard search.subject.type == "identity" else { return nil }
        if search.subject.properties["credential"] != nil {
            throw Self.invalid("/subject/properties/credential", "a search is about a subject that is vouched for")
        }
        var attributes = Self.attributes(search.context, search.action)
        var resource = Question.ResourceClaim.operation("")
        if search.sought != .resource {
            guard ["operation", "route"].contains(search.resource.type) else { return nil }
            resource = try Self.resource(search.resource, &attributes)
        } else if search.resource.type != "operation" {
            return nil
        }
        var query = AccessQuery(
            search.sought.ofEngine,
            subject: search.subject.id,
            resource: resource,
            action: search.sought == .action ? "call" : search.action.name,
            attributes: attributes,
            after: position,
            limit: search.limit
        )
        query.pointCredential = credential
        return query
    }
}

extension AccessSearch.Sought {
    fileprivate var ofEngine: AccessQuery.Sought {
        switch self {
        case .subject: .subjects
        case .resource: .resources
        case .action: .actions
        }
    }
}

extension AccessPage {
    /// The context of the answer: by which revision, and which leaf says so.
    fileprivate var context: [UInt8] {
        var writer = JSONWriter(capacity: 96)
        writer.beginObject()
        writer.key("rev")
        writer.integer(Int64(clamping: rev))
        if let policyVersion {
            writer.key("policy_digest")
            writer.string(policyVersion.digest)
        }
        writer.key("log")
        writer.string(leaf.log)
        writer.key("leaf")
        writer.integer(Int64(clamping: leaf.index))
        writer.endObject()
        return writer.bytes
    }
}
