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
    ///   - limit: How many at most; fewer come where they are large, but one at least where there is one.
    public func entries(_ revs: Range<UInt64>, limit: Int) async throws -> [PlacedEntry] {
        let end = min(revs.upperBound, view.state.size)
        guard revs.lowerBound < end, limit > 0 else { return [] }
        let last = revs.lowerBound + min(UInt64(limit), end - revs.lowerBound)
        return try await blocking {
            var entries: [PlacedEntry] = []
            var bytes = 0
            var next = revs.lowerBound
            while next < last, bytes < Self.entryBytes {
                let leaves = try self.controlLog.leaves(next..<min(last, next + Self.leavesAtOnce))
                guard !leaves.isEmpty else { throw EngineError(.corrupt, "the control log ends before its head") }
                for leaf in leaves {
                    guard let body = leaf.body else {
                        throw EngineError(.corrupt, "entry \(next) of the control log has no body")
                    }
                    entries.append(PlacedEntry(rev: next, entry: try Entry(stored: body)))
                    bytes += body.count
                    next += 1
                }
            }
            return entries
        }
    }

    // An entry may have many mebibytes: what is read at once is bounded by these, not by a page's length.
    private static var entryBytes: Int { 8 << 20 }
    private static var leavesAtOnce: UInt64 { 16 }

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
