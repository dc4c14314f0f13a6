// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Where a list of decisions goes on: in which month, and how far back each node's log of that month was listed.
///
/// Decisions of several nodes are listed by their time; each node's own come in the order of its log, in which times may
/// differ by what a decision waited for the disk. So a place in the list is a place in every log.
public struct DecisionCursor: Sendable, Hashable, CustomStringConvertible {
    /// The month, `yyyymm`.
    let month: Int
    /// For each node, how many leaves of that month are still to be listed. A node that is not named has none: its log
    /// came about after the list began.
    let rests: [UInt16: UInt64]

    init(month: Int, rests: [UInt16: UInt64]) {
        self.month = month
        self.rests = rests
    }

    /// `202611.1-532.2-77`.
    public var description: String {
        "\(month)" + rests.sorted { $0.key < $1.key }.map { ".\($0.key)-\($0.value)" }.joined()
    }

    /// Reads what ``description`` writes; nil for anything else.
    public init?(_ text: String) {
        guard text.utf8.count <= 4096 else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard let month = Int(parts[0]), (197_001...999_912).contains(month) else { return nil }
        var rests: [UInt16: UInt64] = [:]
        for part in parts.dropFirst() {
            let pair = part.split(separator: "-", omittingEmptySubsequences: false)
            guard pair.count == 2, let node = UInt16(pair[0]), let rest = UInt64(pair[1]), rests[node] == nil else {
                return nil
            }
            rests[node] = rest
        }
        self.init(month: month, rests: rests)
        guard description == text else { return nil }
    }
}
