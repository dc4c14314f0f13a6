// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension UnmetConstraint {
    /// The constraint as it is written in a policy, `principal in Group::"staff"`.
    public var text: String {
        switch constraint {
        case .entity(.any): variable.rawValue
        case .entity(.equal(let entity)): "\(variable.rawValue) == \(name(entity))"
        case .entity(.member(let entity)): "\(variable.rawValue) in \(name(entity))"
        case .entity(.type(let type)): "\(variable.rawValue) is \(type)"
        case .entity(.typeAndMember(let type, let entity)): "\(variable.rawValue) is \(type) in \(name(entity))"
        case .action(.any): variable.rawValue
        case .action(.equal(let uid)): "\(variable.rawValue) == \(short(uid))"
        case .action(.member(let uid)): "\(variable.rawValue) in \(short(uid))"
        case .action(.memberOfAny(let uids)):
            "\(variable.rawValue) in [\(uids.prefix(16).map(short).joined(separator: ", "))"
                + (uids.count > 16 ? ", ...]" : "]")
        }
    }

    private func name(_ reference: EntityReference) -> String {
        switch reference {
        case .entity(let uid): short(uid)
        case .slot: "?\(variable.rawValue)"
        }
    }

    private func short(_ uid: EntityUID) -> String { Value.entity(uid).shortDescription }
}
