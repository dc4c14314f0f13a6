// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct

/// A difference as people read it.
struct PolicyDifferenceText {
    private let difference: PolicyDifference

    init(_ difference: PolicyDifference) { self.difference = difference }

    /// The policies with their lines, then the answers.
    var text: String {
        var text = Self.policies(difference.policies)
        if !difference.change.forbidsWeakened.isEmpty {
            let names = difference.change.forbidsWeakened.map { Printable.text($0) }.joined(separator: ", ")
            text += "\nforbids that go into shadow mode: \(names)\n"
        }
        text += "\n\(difference.answers.count) of \(difference.asked) tests are answered otherwise\n"
        let rows = difference.answers.map { answer in
            [
                "  \(answer.before.rawValue) -> \(answer.after.rawValue)", answer.file, answer.name,
                "\(answer.reasonBefore) -> \(answer.reasonAfter)",
            ]
        }
        return text + Table(rows: rows).text(bold: false)
    }

    /// The policies that differ, with their lines.
    static func policies(_ policies: [PolicyDifference.Policy]) -> String {
        var text = policies.isEmpty ? "no policy differs\n" : ""
        for policy in policies {
            let extent =
                switch policy.extent {
                case .layout?: " (only its layout)"
                case .annotations?: " (only its annotations)"
                case .meaning?, nil: ""
                }
            text += "\(policy.kind.rawValue) \(Printable.text(policy.id))\(extent)\n"
            text += lines(policy.before, policy.after)
        }
        return text
    }

    /// Both texts line by line, what both have without a sign.
    private static func lines(_ before: String?, _ after: String?) -> String {
        func split(_ text: String?) -> [String] {
            (text ?? "").split(separator: "\n").map { Printable.text(String($0).replacing("\t", with: "    ")) }
        }
        let (old, new) = (split(before), split(after))
        let change = new.difference(from: old)
        let removed = Set(change.removals.map { if case .remove(let offset, _, _) = $0 { offset } else { -1 } })
        let inserted = Set(change.insertions.map { if case .insert(let offset, _, _) = $0 { offset } else { -1 } })
        var text = ""
        var (left, right) = (0, 0)
        while left < old.count || right < new.count {
            if left < old.count, removed.contains(left) {
                text += "  - \(old[left])\n"
                left += 1
            } else if right < new.count, inserted.contains(right) {
                text += "  + \(new[right])\n"
                right += 1
            } else {
                if left < old.count { text += "    \(old[left])\n" }
                left += 1
                right += 1
            }
        }
        return text
    }
}
