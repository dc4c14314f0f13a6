// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import TrustModel

/// The kinds of documents, in the order in which they are applied: nothing refers to what comes later.
enum ApplyKind: String, Sendable, CaseIterable, Comparable {
    case `operator` = "Operator"
    case issuer = "Issuer"
    case identity = "Identity"
    case api = "Api"
    case enforcementPoint = "EnforcementPoint"
    case policySet = "PolicySet"

    /// The noun of the command line.
    var noun: String {
        switch self {
        case .operator: "operator"
        case .issuer: "issuer"
        case .api: "api"
        case .identity: "identity"
        case .enforcementPoint: "pep"
        case .policySet: "policy"
        }
    }

    /// The word of the API where objects of several kinds stand together; a policy set does not.
    var word: String? {
        switch self {
        case .policySet: nil
        case .enforcementPoint: "enforcement_point"
        default: noun
        }
    }

    /// The kind of object; a policy set is none that has a name.
    var object: (kind: ObjectKind, noun: Noun)? {
        switch self {
        case .operator: (.operator, .operators)
        case .issuer: (.issuer, .issuers)
        case .api: (.api, .apis)
        case .identity: (.identity, .identities)
        case .enforcementPoint: (.enforcementPoint, .enforcementPoints)
        case .policySet: nil
        }
    }

    /// Whether its objects have a kind of their own, which a document calls `type` because its `kind` is this one.
    var hasType: Bool { self == .operator || self == .identity }

    /// An object with every member that the kind cannot do without; a policy set needs none.
    var sample: JSONObject? {
        var object = JSONObject([
            ("name", "sample"), ("owner", "sample"), ("purpose", "sample"), ("boundary", "sample"),
            ("expires_at", "2030-01-01T00:00:00Z"),
        ])
        switch self {
        case .operator: object["kind"] = "team"
        case .issuer:
            object["url"] = "https://sample.example"
            object["audiences"] = ["sample"]
        case .api: break
        case .identity: object["kind"] = "service"
        case .enforcementPoint: object["apis"] = ["sample"]
        case .policySet: return nil
        }
        return object
    }

    static func < (left: ApplyKind, right: ApplyKind) -> Bool { left.position < right.position }

    private var position: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
