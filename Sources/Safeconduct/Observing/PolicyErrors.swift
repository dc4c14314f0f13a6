// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization
public import TrustModel

/// A policy that fails, and how often it did on this node since its start: a skipped `permit` denies what it should
/// allow, a skipped `forbid` lets reads through that it should stop.
public struct PolicyError: Sendable {
    /// The policy set.
    public let policySet: ObjectID
    /// The policy and the kind of fault.
    public let failure: PolicyFailure
    /// How often.
    public var count: UInt64
    /// The first time.
    public let firstAt: Timestamp
    /// The last time.
    public var lastAt: Timestamp
    /// The decision of the last time.
    public var lastDecision: ObjectID
}

/// The policies that failed, counted. Bounded: what comes after ``limit`` different faults is counted together.
public final class PolicyErrors: Sendable {
    /// The most different faults that are told apart.
    public static let limit = 1024

    private struct Key: Hashable {
        let policySet: ObjectID
        let failure: PolicyFailure
    }

    private struct Table {
        var errors: [Key: PolicyError] = [:]
        var others: UInt64 = 0
    }

    private let table = Mutex(Table())

    func add(_ failures: [PolicyFailure], of policySet: ObjectID, by decision: ObjectID, at now: Timestamp) {
        table.withLock { table in
            for failure in failures {
                let key = Key(policySet: policySet, failure: failure)
                if table.errors[key] != nil {
                    table.errors[key]?.count += 1
                    table.errors[key]?.lastAt = now
                    table.errors[key]?.lastDecision = decision
                } else if table.errors.count < Self.limit {
                    table.errors[key] = PolicyError(
                        policySet: policySet,
                        failure: failure,
                        count: 1,
                        firstAt: now,
                        lastAt: now,
                        lastDecision: decision
                    )
                } else {
                    table.others += 1
                }
            }
        }
    }

    /// The faults, the last seen first, and how often others happened that are not told apart.
    public var list: (errors: [PolicyError], others: UInt64) {
        let table = table.withLock { $0 }
        let errors = table.errors.values.sorted {
            ($1.lastAt, $0.failure.policy, $0.failure.code) < ($0.lastAt, $1.failure.policy, $1.failure.code)
        }
        return (errors, table.others)
    }
}
