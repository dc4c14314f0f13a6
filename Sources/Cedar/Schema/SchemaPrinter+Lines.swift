// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

// A piece of text is a list of lines here, so that what stands in braces can be moved to the right as a whole.

extension [String] {
    /// The lines with something in front of the first and something behind the last.
    func surrounded(_ before: String, _ after: String) -> [String] {
        var lines = self
        guard !lines.isEmpty else { return [before + after] }
        lines[0] = before + lines[0]
        lines[lines.count - 1] += after
        return lines
    }

    /// The lines, and `others` behind them; the first of these goes on where the last of those ends.
    func joined(with others: [String]) -> [String] {
        guard let last else { return others }
        return dropLast() + others.surrounded(last, "")
    }
}

extension [[String]] {
    /// The parts in braces, a comma between each two.
    var braced: [String] {
        if isEmpty { return ["{}"] }
        var lines = ["{"]
        for (index, part) in enumerated() {
            lines += part.surrounded("", index < count - 1 ? "," : "").map { "  " + $0 }
        }
        return lines + ["}"]
    }
}
