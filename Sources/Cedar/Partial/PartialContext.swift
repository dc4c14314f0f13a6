// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The context of a ``PartialRequest``.
public enum PartialContext: Sendable, Hashable {
    /// This record.
    case known(Record)
    /// A record of which some attributes are known. Those of `unknown` may have any value or be absent; every name that
    /// is in neither is absent. A name in both is known.
    case partly(known: Record, unknown: Set<Text>)
    /// Any record.
    case unknown

    /// Whether `record` may be it.
    public func admits(_ record: Record) -> Bool {
        switch self {
        case .known(let known): return known == record
        case .unknown: return true
        case .partly(let known, let unknown):
            return known.allSatisfy { record[$0.key] == $0.value }
                && record.allSatisfy { known[$0.key] != nil || unknown.contains($0.key) }
        }
    }
}
