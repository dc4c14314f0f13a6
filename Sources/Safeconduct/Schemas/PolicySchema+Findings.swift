// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar

extension PolicySchema {
    /// What the schema says against policies, strictly.
    func findings(in policies: CompiledPolicies) -> [PolicyFinding] {
        let validator = Validator(schema)
        return (fault.map { [PolicyFinding($0)] } ?? [])
            + policies.all.flatMap { marked -> [PolicyFinding] in
                let validation = validator.validate(marked.policy)
                var errors: [PolicyFinding] = []
                let hint = validation.errors.isEmpty ? nil : issuingHint(marked.policy)
                for issue in validation.errors {
                    let finding = PolicyFinding(
                        .error,
                        issue.code.description,
                        file: marked.file,
                        marked.policy.position(of: issue.span),
                        policy: marked.policy.id.string,
                        issue.message,
                        help: hint ?? issue.help
                    )
                    // What is wrong of calls and of credentials for them is one thing to mend.
                    if !errors.contains(where: { $0.isAbout(finding) }) { errors.append(finding) }
                }
                let unnamed = errors.isEmpty ? unnamed(in: marked) : []
                // To validation what the schema does not name is never there.
                let isAllowed = marked.marks.allowed.contains(PolicyAnalysis.Finding.Kind.neverMatches.rawValue)
                let warnings = (isAllowed || !unnamed.isEmpty ? [] : validation.warnings).map { issue in
                    PolicyFinding(
                        PolicyAnalysis.Finding.Kind.neverMatches.rawValue,
                        marked,
                        at: marked.policy.position(of: issue.span),
                        issue.message + (marked.stopsByFailing ? MarkedPolicy.stillStops : ""),
                        help: issue.help
                    )
                }
                return errors + unnamed + warnings
            }
    }

    /// What would help a policy that is right of calls, and not of credentials for them; nil for any other.
    private func issuingHint(_ policy: Policy) -> String? {
        let calls = schema.actions.values.filter { $0.uid.id.string != Act.issue.rawValue }
        guard calls.count < schema.actions.count,
            Validator(Schema(entityTypes: Array(schema.entityTypes.values), actions: Array(calls))).validate(policy)
                .errors.isEmpty
        else { return nil }
        return "a credential is issued before there is a request: guard it, or say 'action in Action::\"call\"'"
    }

    /// What a set without a schema makes of requests beyond their method.
    ///
    /// Validation holds such an attribute for one that no request has, so it passes over whatever asks first; the engine
    /// hands on what the operation names.
    private func unnamed(in marked: MarkedPolicy) -> [PolicyFinding] {
        if request != nil { return [] }
        let expression = marked.policy.expression
        func isRequest(_ id: NodeID) -> Bool {
            guard case .attribute(let base, let name) = expression[id] else { return false }
            return expression[base] == .variable(.context) && expression[name: name] == "request"
        }
        var known: Set<NodeID> = []
        for id in expression.ids {
            switch expression[id] {
            case .attribute(let base, let name) where expression[name: name] == "method": known.insert(base)
            case .has(let base, let names) where expression[names: names].elementsEqual(["method"]): known.insert(base)
            default: break
            }
        }
        // One of each policy says it. What is read without being asked for is told of by validation.
        return expression.ids.first { isRequest($0) && !known.contains($0) }.map { id in
            [
                PolicyFinding(
                    .error,
                    "unnamed_attribute",
                    file: marked.file,
                    marked.policy.position(of: expression[span: id]),
                    policy: marked.policy.id.string,
                    "a set without a schema knows nothing of a request but context.request.method",
                    help: "name the attribute in a schema: type RequestAttributes = { amount?: Long };"
                )
            ]
        } ?? []
    }
}

extension PolicyFinding {
    /// Whether both are about the same fault at the same place.
    fileprivate func isAbout(_ other: PolicyFinding) -> Bool {
        code == other.code && file == other.file && line == other.line && column == other.column
    }
}
