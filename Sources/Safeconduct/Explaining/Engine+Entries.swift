// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import TrustModel
internal import TrustStore

/// An entry of the control log and where it stands.
public struct PlacedEntry: Sendable {
    /// Its index.
    public let rev: UInt64
    /// The entry.
    public let entry: Entry
}

extension Engine {
    /// Entries of the control log that this node has folded.
    ///
    /// - Parameters:
    ///   - revs: Which; the end may lie beyond what is there.
    ///   - limit: How many at most.
    public func entries(_ revs: Range<UInt64>, limit: Int) async throws -> [PlacedEntry] {
        let first = revs.lowerBound
        let end = min(revs.upperBound, view.state.size)
        guard first < end, limit > 0 else { return [] }
        let last = min(end, first + min(UInt64(limit), end - first))
        return try await blocking {
            try self.controlLog.leaves(first..<last).enumerated().map { offset, leaf in
                guard let body = leaf.body else {
                    throw EngineError(.corrupt, "entry \(first + UInt64(offset)) of the control log has no body")
                }
                return PlacedEntry(rev: first + UInt64(offset), entry: try Entry(stored: body))
            }
        }
    }

    /// An object as the entry of a revision left it, where that is not how it is now; nil when no such entry is about it.
    public func earlier<Object: TrustObject>(
        _ record: Record<Object>,
        in revs: Range<UInt64>
    ) async throws -> Record<Object>? {
        for placed in try await entries(revs, limit: 64) {
            guard let object = placed.entry.body.object(Object.self), object.id == record.object.id else { continue }
            return Record(
                object: object,
                created: record.created,
                rev: placed.rev,
                changedAt: placed.entry.time,
                retired: false
            )
        }
        return nil
    }
}
