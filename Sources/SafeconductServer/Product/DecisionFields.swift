// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import StrictJSON
import TrustModel

extension Decision {
    /// The header fields for the one who calls: how much is left, when to come again, and what to prove.
    ///
    /// An enforcement point passes them on; they speak of the call, not of the point's own questions.
    var fieldsForCaller: [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        if !quotas.isEmpty {
            let quotas = tightestQuotas
            fields.append(("RateLimit-Policy", quotas.map(\.policyItem).joined(separator: ", ")))
            fields.append(("RateLimit", quotas.map(\.stateItem).joined(separator: ", ")))
        }
        // RFC 9110 section 10.2.3: whole seconds, and never too few.
        if let retryAfter { fields.append(("Retry-After", String((retryAfter + 999) / 1000))) }
        if let proof {
            fields.append(("WWW-Authenticate", proof.field(reason)))
            // RFC 9449 section 9: the nonce to try again with.
            if let nonce = proof.nonce { fields.append(("DPoP-Nonce", nonce)) }
        } else if authenticate {
            fields.append(("WWW-Authenticate", missingProof))
        } else if let neededScope {
            // RFC 6750 section 3.1. The name of an operation has nothing to escape.
            let error = "error=\"insufficient_scope\", scope=\"\(neededScope)\""
            fields.append(("WWW-Authenticate", "Bearer realm=\"safeconduct\", \(error)"))
        }
        for challenge in challenges { fields.append(("WWW-Authenticate", challenge.field)) }
        return fields
    }

    /// One for each name: several policies may ask for one limit, each with a bucket of its own, and what is left to the
    /// caller is what the emptiest has.
    private var tightestQuotas: [Quota] {
        quotas.reduce(into: []) { kept, quota in
            guard let place = kept.firstIndex(where: { $0.limit.name == quota.limit.name }) else {
                return kept.append(quota)
            }
            if (quota.remaining, kept[place].reset) < (kept[place].remaining, quota.reset) { kept[place] = quota }
        }
    }

    /// What is told to one who proved nothing.
    private var missingProof: String {
        // RFC 6750 section 3.1: without a token there is no error to name.
        if reason == "token_missing" { return "Bearer realm=\"safeconduct\"" }
        return "Bearer realm=\"safeconduct\", error=\"invalid_token\", error_description=\"\(reason)\""
    }

    /// Who has to approve what: enough for an access request, of which there is no endpoint yet.
    var accessRequest: JSONValue {
        ["groups": .array(approvers.map { .string($0) }), "decision_id": id.map { .string($0.description) } ?? .null]
    }
}

// draft-ietf-httpapi-ratelimit-headers-10: both fields are Lists of Items (RFC 9651) whose value is the policy's name.
extension Quota {
    /// Section 3: quota `q`, its unit `qu` unless it is requests, window `w` in seconds.
    fileprivate var policyItem: String {
        let unit = limit.measure == .calls ? "" : ";qu=\"\(limit.measure.unit)\""
        return "\"\(limit.name)\";q=\(limit.count)\(unit);w=\(limit.window / 1000)"
    }

    /// Section 4: available quota `r`, and `t`, the seconds for which that has to last: then all of it is there again.
    fileprivate var stateItem: String { "\"\(limit.name)\";r=\(remaining);t=\((reset + 999) / 1000)" }
}

extension ProofChallenge {
    /// What the caller is told (RFC 9449 section 7.1); a certificate has no scheme of its own.
    fileprivate func field(_ reason: String) -> String {
        let error = "realm=\"safeconduct\", error=\"\(error)\", error_description=\"\(reason)\""
        return kind == .dpop ? "DPoP \(error), algs=\"ES256 EdDSA\"" : "Bearer \(error)"
    }
}

extension Remedy.Challenge {
    /// What the caller is told (RFC 9470 section 3; for DPoP with the scheme and `algs` of RFC 9449 section 7.1).
    fileprivate var field: String {
        let error = "realm=\"safeconduct\", error=\"insufficient_user_authentication\""
        return switch self {
        case .dpop: "DPoP \(error), error_description=\"\(sentence)\", algs=\"ES256 EdDSA\""
        case .fresh: "Bearer \(error), error_description=\"\(sentence)\", max_age=\"0\""
        case .mtls, .attestation, .human:
            "Bearer \(error), error_description=\"\(sentence)\", "
                + "acr_values=\"https://safeconduct.dev/challenges/\(rawValue)\""
        }
    }

    private var sentence: String {
        switch self {
        case .dpop: "a token bound to a key by DPoP is required"
        case .mtls: "a token bound to a client certificate is required"
        case .attestation: "an attested workload is required"
        case .fresh: "a fresh authentication is required"
        case .human: "a person has to be present"
        }
    }
}
