// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import StrictJSON
import TrustModel

/// The query parameters that narrow a list of decisions.
enum DecisionFilter {
    /// What documents say about them.
    static let parameters: [Parameter] = [
        .optional("identity", .string(length: 1...128), "About this identity, by name or id."),
        .optional("api", .string(length: 1...128), "About this API, by name or id."),
        .optional(
            "outcome",
            .string(pattern: "^(\(words))(,(\(words)))*$", length: 1...256),
            "With one of these answers, and of which one of these came; words with commas between: "
                + outcomes.joined(separator: ", ") + "."
        ),
        .optional("channel", .term, "With an alert on this channel."),
        .optional("since", .timestamp, "Made at this time or later."),
        .optional("until", .timestamp, "Made before this time."),
    ]

    /// The words that `outcome` takes: the answers, and what is known of what came of them.
    private static let outcomes = Decision.Outcome.allCases.map(\.rawValue) + OutcomeState.allCases.map(\.rawValue)

    private static let words = outcomes.joined(separator: "|")

    /// What the parameters ask for; names are looked up in `state`.
    static func query(_ call: HTTPCall, _ state: TrustState) throws(Problem) -> DecisionQuery {
        var query = DecisionQuery()
        query.identity = try object("identity", .identity, call, state)
        query.api = try object("api", .api, call, state)
        query.channel = try channel(call)
        query.since = try time("since", call)
        query.until = try time("until", call)
        let stated = try call.queryValue("outcome").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        for word in (stated ?? []).map(String.init) {
            // `limit` and the like are answers, `unknown` and the like states; no word is both.
            if let answer = Decision.Outcome(rawValue: word) {
                query.answers.insert(answer)
            } else if let state = OutcomeState(rawValue: word) {
                query.states.insert(state)
            } else {
                let near = nearestName(to: word, among: outcomes).map { "; did you mean '\($0)'?" } ?? ""
                throw Problem(
                    .invalidRequest,
                    "outcome takes \(outcomes.joined(separator: ", ")), with commas between several\(near)"
                )
            }
        }
        return query
    }

    /// The channel of alerts that is asked for; nil for any.
    static func channel(_ call: HTTPCall) throws(Problem) -> String? {
        let channel = try call.queryValue("channel")
        guard channel.map(Name.isTerm) ?? true else {
            throw Problem(.invalidRequest, "channel is the name of a channel, such as security")
        }
        return channel
    }

    private static func object(
        _ name: String,
        _ kind: ObjectKind,
        _ call: HTTPCall,
        _ state: TrustState
    ) throws(Problem) -> ObjectID? {
        guard let text = try call.queryValue(name) else { return nil }
        guard let id = state.find(text, kind: kind) else {
            throw Problem(.notFound, "\(name) is neither the name nor the id of one")
        }
        return id
    }

    private static func time(_ name: String, _ call: HTTPCall) throws(Problem) -> Timestamp? {
        guard let text = try call.queryValue(name) else { return nil }
        guard let time = Timestamp(text) else {
            throw Problem(.invalidRequest, "\(name) is an RFC 3339 date-time, such as 2026-11-21T08:00:00Z")
        }
        return time
    }
}
