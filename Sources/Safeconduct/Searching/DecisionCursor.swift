// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel

/// How far a search through the evidence has come: a month, and how much of each node's log is still ahead.
public struct DecisionCursor: Sendable, Equatable, CustomStringConvertible {
    /// The month, as in log names.
    let month: Int
    /// By node, the index that the next leaf lies below; of other nodes nothing is ahead in that month.
    let ends: [UInt16: UInt64]

    private static let maximumNodes = 512

    init(month: Int, ends: [UInt16: UInt64]) {
        self.month = month
        self.ends = ends
    }

    /// The text form, `202611.1-345.2-990`: the month, then nodes and indices.
    public var description: String {
        ends.sorted { $0.key < $1.key }.reduce("\(month)") { "\($0).\($1.key)-\($1.value)" }
    }

    /// Reads the text form; nil for anything else.
    public init?(_ text: String) {
        var parts = text.split(separator: ".", omittingEmptySubsequences: false)[...]
        guard parts.count <= Self.maximumNodes, let month = parts.popFirst().flatMap({ Int($0) }),
            (197_001...999_912).contains(month)
        else { return nil }
        var ends: [UInt16: UInt64] = [:]
        for part in parts {
            let pair = part.split(separator: "-", omittingEmptySubsequences: false)
            guard pair.count == 2, let node = UInt16(pair[0]), let end = UInt64(pair[1]), ends[node] == nil else {
                return nil
            }
            ends[node] = end
        }
        self.init(month: month, ends: ends)
        // One spelling only: no signs, no leading zeros.
        guard description == text else { return nil }
    }
}
