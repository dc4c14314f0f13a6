// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import TrustModel

/// The tables of `docs/roles.md`, as people read them: what each role may do.
struct RoleTable: Sendable {
    /// A letter for each column, and one for nobody.
    static let columns: [(letter: Character, role: Role?)] = [
        ("O", .owner), ("T", .trustOffice), ("S", .security), ("R", .risk), ("A", .auditor), ("F", .finance),
        ("P", .productOwner), ("V", .approver), ("M", .automation), ("N", nil),
    ]

    /// What a row is about, and the letters of those whom it lets do it.
    let rows: [(title: String, allowed: String)]

    init() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../docs/roles.md")
        var rows: [(title: String, allowed: String)] = []
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") where line.hasPrefix("| ") {
            let cells = line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
                .map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == Self.columns.count, let title = cells.first else {
                Issue.record("a row of the table has \(cells.count) cells: \(line)")
                continue
            }
            guard title.hasPrefix("`") else {
                #expect(
                    Array(cells.dropFirst()) == Self.columns.compactMap(\.role?.rawValue),
                    "the columns of '\(title)'"
                )
                continue
            }
            let allowed = zip(Self.columns, cells.dropFirst()).filter { !$1.isEmpty }.map(\.0.letter)
            #expect(cells.dropFirst().allSatisfy { ["", "✓"].contains($0) }, "\(title)")
            rows.append((title.replacing("`", with: ""), String(allowed)))
        }
        self.rows = rows
    }
}
