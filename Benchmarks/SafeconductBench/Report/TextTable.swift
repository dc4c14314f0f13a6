// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Rows in aligned columns: the first to the left, the others, which are numbers, to the right.
struct TextTable {
    private var lines: [[String]]

    init(_ titles: String...) { lines = [titles] }

    mutating func add(_ cells: String...) { lines.append(cells) }

    mutating func add(_ cells: [String]) { lines.append(cells) }

    /// The lines, each ended and indented.
    var text: String {
        var widths = [Int](repeating: 0, count: lines.map(\.count).max() ?? 0)
        for line in lines {
            for (column, cell) in line.enumerated() { widths[column] = max(widths[column], cell.count) }
        }
        var text = ""
        for line in lines {
            var row = " "
            for (column, cell) in line.enumerated() {
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                row += column == 0 ? " " + cell + padding : "  " + padding + cell
            }
            while row.last == " " { row.removeLast() }
            text += row + "\n"
        }
        return text
    }
}
