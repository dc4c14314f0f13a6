// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The name of a log: the control log, or one node's evidence of one month.
public enum LogName: Sendable, Hashable, CustomStringConvertible {
    /// The control log.
    case control
    /// What the node of this number decided in the month `yyyymm`.
    case evidence(node: UInt16, month: Int)

    /// `control`, or `evidence-1-202611`: part of the log's origin and path.
    public var description: String {
        switch self {
        case .control: "control"
        case .evidence(let node, let month): "evidence-\(node)-\(month)"
        }
    }

    /// Reads what ``description`` writes; nil for anything else.
    public init?(_ text: String) {
        if text == "control" {
            self = .control
            return
        }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "evidence", let node = UInt16(parts[1]), node > 0,
            let month = Int(parts[2]), (197_001...999_912).contains(month), (1...12).contains(month % 100)
        else { return nil }
        self = .evidence(node: node, month: month)
        guard description == text else { return nil }
    }
}
