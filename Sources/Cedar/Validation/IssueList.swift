// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Issues as they are found, each kept once.
///
/// The same expression is looked at in many environments; what is wrong with it is mostly the same in all of them.
struct IssueList {
    private(set) var issues: [ValidationIssue] = []
    private var known: Set<ValidationIssue> = []
    private let maximum: Int

    init(maximum: Int) {
        self.maximum = maximum
    }

    var isEmpty: Bool { issues.isEmpty }

    /// Whether another issue would not be kept; so that nobody takes pains with it.
    var isFull: Bool { issues.count >= maximum }

    mutating func add(_ issue: ValidationIssue) {
        guard !isFull, known.insert(issue).inserted else { return }
        issues.append(issue)
    }

    /// In the order of the text; of two at one place the one found first stands first.
    var inOrder: [ValidationIssue] {
        issues.enumerated().sorted {
            ($0.element.span.start, $0.offset) < ($1.element.span.start, $1.offset)
        }.map(\.element)
    }
}
