// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON
public import TrustModel

/// The last thing that happened to a policy set: what, by whom, and why.
public struct PolicyStep: Sendable {
    /// The entry's kind: `policy.put`, `policy.activate`, `policy.rollback`, ...
    public let kind: String
    /// Who gave the command.
    public let by: ObjectID
    /// Why; nil when nobody said, or its key was destroyed.
    public let reason: String?
}

extension Engine {
    /// The last step of each set, read from the control log; sets whose entry can't be read are left out.
    public func lastSteps(of records: [Record<PolicySet>]) async -> [ObjectID: PolicyStep] {
        var steps: [ObjectID: PolicyStep] = [:]
        for record in records {
            guard let entry = try? await entries(record.rev..<(record.rev + 1), limit: 1).first?.entry else { continue }
            var sealed: SealedText?
            switch entry.body {
            case .enforcePolicies(let move), .rollBackPolicies(let move), .shadowPolicies(let move):
                sealed = move.sealed
            default: break
            }
            let reason = sealed.flatMap { try? sealer.open($0) }.flatMap { try? JSONValue(parsing: $0)["reason"] }
            steps[record.object.id] = PolicyStep(kind: entry.body.kind, by: entry.by, reason: reason?.stringValue)
        }
        return steps
    }
}

extension PolicyStep {
    /// Writes the members `last_step`, `changed_by` and `reason`.
    ///
    /// - Parameter names: The state whose names stand beside ids.
    public func renderMembers(names: TrustState, to writer: inout JSONWriter) {
        writer.key("last_step")
        writer.string(kind)
        writer.key("changed_by")
        writer.string(by.description)
        // Nodes have no names.
        if let name = names.summary(of: by)?.name, !name.isEmpty {
            writer.key("changed_by_name")
            writer.string(name)
        }
        guard let reason else { return }
        writer.key("reason")
        writer.string(reason)
    }
}
