// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Holds policies to a schema: whether they only ask for what requests and entities have, and never fail for another
/// reason than arithmetic, a missing entity or a text that cannot be read.
///
/// A policy is looked at once for each kind of request the schema allows, except where kinds do not differ for it:
/// what a policy does not mention tells nothing apart. The work for one policy is bounded; a policy that needs more
/// does not pass.
public struct Validator: Sendable {
    let table: SchemaTable
    let limits: ValidationLimits

    /// The validator for `schema`.
    public init(_ schema: Schema, limits: ValidationLimits = .standard) {
        table = SchemaTable(schema)
        self.limits = limits
    }

    /// The schema.
    public var schema: Schema { table.schema }

    /// What the schema says of `policy`, a policy or a template.
    public func validate(_ policy: Policy, mode: ValidationMode = .strict) -> PolicyValidation {
        var names = NameCheck(policy, table, maximum: limits.maximumErrors)
        names.run()
        var walk = EnvironmentWalk(policy, table, mode, limits)
        walk.run { _ in }
        var errors = names.issues
        for issue in walk.issues { errors.add(issue) }
        return PolicyValidation(errors: errors.inOrder, warnings: walk.warnings)
    }

    /// What the schema says of `policy`, and where it looks into more than `level` entities one behind the other.
    ///
    /// A policy of level 0 looks into none, one of level 1 into what the request names, and so on (RFC 76): so many
    /// steps of entities must be loaded to decide it. Levels are looked at when nothing else is wrong.
    public func validate(_ policy: Policy, mode: ValidationMode = .strict, level: Int) -> PolicyValidation {
        let plain = validate(policy, mode: mode)
        guard plain.isValid else { return plain }
        var check = LevelCheck(policy, table, maximum: level, limits)
        var walk = EnvironmentWalk(policy, table, mode, limits, keepsTypes: true)
        walk.run { check.run($0) }
        return PolicyValidation(errors: check.issues.inOrder, warnings: plain.warnings)
    }
}
