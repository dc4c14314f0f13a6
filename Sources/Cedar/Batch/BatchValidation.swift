// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// What the validator says of the policies of one batch line.
///
/// `{"strict", "permissive", "per_policy": {id: {"strict", "permissive"}}, "errors": [{"id", "code", "message", "line",
/// "column", "help"?}]}`: the verdicts in both modes, templates included, and the errors of the mode asked for, by
/// policy and place.
struct BatchValidation {
    private var verdicts: [(id: Text, isStrict: Bool, isPermissive: Bool)] = []
    private var errors: [JSONValue] = []

    init(_ policies: PolicySet, _ schema: Schema, _ mode: ValidationMode) {
        let validator = Validator(schema)
        for policy in Array(policies.policies) + Array(policies.templates) {
            let strict = validator.validate(policy, mode: .strict)
            // What passes strictly passes.
            let permissive = strict.isValid ? strict : validator.validate(policy, mode: .permissive)
            verdicts.append((policy.id, strict.isValid, permissive.isValid))
            errors += (mode == .strict ? strict : permissive).errors.map { Self.json($0, of: policy) }
        }
    }

    private static func json(_ issue: ValidationIssue, of policy: Policy) -> JSONValue {
        let position = policy.position(of: issue.span)
        var members: [(String, JSONValue)] = [
            ("id", .string(policy.id.string)), ("code", .string(issue.code.description)),
            ("message", .string(issue.message)), ("line", .integer(Int64(position.line))),
            ("column", .integer(Int64(position.column))),
        ]
        if let help = issue.help { members.append(("help", .string(help))) }
        return .object(JSONObject(members))
    }

    var json: JSONValue {
        let policies = verdicts.map { verdict -> (String, JSONValue) in
            (verdict.id.string, ["strict": .bool(verdict.isStrict), "permissive": .bool(verdict.isPermissive)])
        }
        return [
            "strict": .bool(verdicts.allSatisfy(\.isStrict)),
            "permissive": .bool(verdicts.allSatisfy(\.isPermissive)),
            "per_policy": .object(JSONObject(policies)), "errors": .array(errors),
        ]
    }
}
