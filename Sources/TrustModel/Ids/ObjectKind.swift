// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What an id names; the raw value is the id's prefix and the word used in code, API, log and documents.
public enum ObjectKind: String, Sendable, Hashable, CaseIterable {
    /// A non-human identity.
    case identity = "nhi"
    /// A person or team that owns things and gives commands.
    case `operator` = "opr"
    /// A protected API.
    case api = "api"
    /// An issuer of foreign tokens.
    case issuer = "iss"
    /// An enforcement point.
    case enforcementPoint = "pep"
    /// A credential issued or registered here.
    case credential = "crd"
    /// A version of the policy set.
    case policySet = "pol"
    /// A cut.
    case cut = "cut"
    /// A hold.
    case hold = "hld"
    /// A node of this control plane.
    case node = "nod"
    /// A decision.
    case decision = "dec"
    /// A one-time leave to register an operator's key.
    case enrolment = "enr"
    /// A key that signs the tokens issued here.
    case tokenKey = "tky"
    /// A task that an identity declared.
    case task = "tsk"
    /// A system that gives credentials of its own to identities on our word.
    case backEnd = "bke"
    /// A credential in such a system, until it is taken away.
    case lease = "lse"

    /// Whether objects of this kind can be retired: those with a name, and policy sets. A credential ends by a cut, a hold
    /// by its lift.
    var retires: Bool {
        switch self {
        case .identity, .operator, .api, .issuer, .enforcementPoint, .policySet, .backEnd: true
        case .credential, .cut, .hold, .node, .decision, .enrolment, .tokenKey, .task, .lease: false
        }
    }

    /// The noun of entry kinds and messages: `identity`, `pep`, ...
    public var noun: String {
        switch self {
        case .identity: "identity"
        case .operator: "operator"
        case .api: "api"
        case .issuer: "issuer"
        case .enforcementPoint: "pep"
        case .credential: "credential"
        case .policySet: "policy"
        case .cut: "cut"
        case .hold: "hold"
        case .node: "node"
        case .decision: "decision"
        case .enrolment: "enrolment"
        case .tokenKey: "token_key"
        case .task: "task"
        case .backEnd: "back_end"
        case .lease: "lease"
        }
    }
}
