// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Rows in aligned columns.
struct Table: Sendable, Equatable {
    /// The titles of the columns; empty for rows that need none.
    var titles: [String] = []
    /// The cells.
    var rows: [[String]] = []
    /// What is said instead of a table without rows.
    var empty = ""

    /// The lines, each ended. Cells hold what others wrote and are made printable; the last column is not padded.
    func text(bold: Bool) -> String {
        guard !rows.isEmpty else { return empty.isEmpty ? "" : empty + "\n" }
        let lines = (titles.isEmpty ? [] : [titles]) + rows.map { $0.map(Printable.text) }
        var widths = [Int](repeating: 0, count: lines.map(\.count).max() ?? 0)
        for line in lines {
            for (column, cell) in line.enumerated() { widths[column] = max(widths[column], cell.count) }
        }
        var text = ""
        for (number, line) in lines.enumerated() {
            var row = ""
            for (column, cell) in line.enumerated() {
                row += cell
                if column < line.count - 1 {
                    row += String(repeating: " ", count: widths[column] - cell.count + 2)
                }
            }
            while row.last == " " { row.removeLast() }
            let isTitle = bold && number == 0 && !titles.isEmpty
            text += isTitle ? "\u{1B}[1m\(row)\u{1B}[0m\n" : row + "\n"
        }
        return text
    }
}
