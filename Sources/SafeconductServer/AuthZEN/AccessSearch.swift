// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import Safeconduct
public import StrictJSON

/// One search of the AuthZEN Authorization API 1.0 (section 8): a question with one part left open.
public struct AccessSearch: Sendable, Equatable {
    /// The part that is sought.
    public enum Sought: String, Sendable, CaseIterable {
        /// Who may do this with that?
        case subject
        /// With what may they do this?
        case resource
        /// What may they do with that?
        case action
    }

    /// The part that is sought.
    public let sought: Sought
    /// Who would act. Of a sought subject only the type counts; the id is empty.
    public let subject: Evaluation.Entity
    /// What would be done; empty where actions are sought.
    public let action: Evaluation.Action
    /// What it would be done to. Of a sought resource only the type counts; the id is empty.
    public let resource: Evaluation.Entity
    /// The circumstances.
    public let context: JSONObject
    /// Which page.
    public let page: PageRequest

    /// Which page is wanted (section 8.2).
    public struct PageRequest: Sendable, Equatable {
        /// The `next_token` of the page before; nil for the first one.
        public let token: String?
        /// The most results wanted; nil when the request says nothing.
        public let limit: Int?
        /// Whether the request has a page at all.
        public let isStated: Bool
    }

    /// The most results of a page, and how many there are when nobody says.
    public static let maximumResults = 1000

    /// How many results this page has at most.
    public var limit: Int { min(page.limit ?? Self.maximumResults, Self.maximumResults) }

    /// The question whose open part is filled in.
    func question(subject: String? = nil, action: String? = nil, resource: String? = nil) -> Evaluation {
        Evaluation(
            subject: subject.map { Evaluation.Entity(type: self.subject.type, id: $0) } ?? self.subject,
            action: action.map { Evaluation.Action(name: $0) } ?? self.action,
            resource: resource.map { Evaluation.Entity(type: self.resource.type, id: $0) } ?? self.resource,
            context: context
        )
    }
}

/// A page of answers to a search.
public struct SearchAnswer: Sendable, Equatable {
    /// The ids of the subjects or resources, or the names of the actions.
    public let results: [String]
    /// Where the next page goes on, in the decision point's own words; nil when there is nothing more.
    public let next: String?
    /// The text of one JSON object that tells more; nil for nothing.
    public let context: [UInt8]?

    /// By which policies it was found; nil where policies have no versions.
    public let policyVersion: PolicyVersion?

    /// A page.
    public init(
        results: [String],
        next: String? = nil,
        context: [UInt8]? = nil,
        policyVersion: PolicyVersion? = nil
    ) {
        self.results = results
        self.next = next
        self.context = context
        self.policyVersion = policyVersion
    }

    /// Nothing, and nothing more.
    static let nothing = SearchAnswer(results: [])
}
