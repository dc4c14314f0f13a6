// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel

extension ObjectKind {
    /// The noun of the API below `/v1/` that objects of this kind are read from.
    var collection: String {
        switch self {
        case .identity: "identities"
        case .operator: "operators"
        case .api: "apis"
        case .issuer: "issuers"
        case .enforcementPoint: "enforcement-points"
        case .credential: "credentials"
        case .policySet: "policies"
        case .cut: "cuts"
        case .hold: "holds"
        case .node: "nodes"
        case .decision: "decisions"
        case .enrolment: "enrolments"
        case .tokenKey: "token-keys"
        case .task: "tasks"
        case .backEnd: "back-ends"
        case .lease: "leases"
        }
    }
}
