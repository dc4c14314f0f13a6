// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// One way to turn something round: a choice of options whose facts must all be so.
struct ChangeWay: Sendable {
    /// Places in ``ChangeSearch/options``.
    var options: [Int32] = []
    /// One bit for each subject: options about one subject are one fact.
    var subjects: UInt64 = 0

    /// The only way, when nothing has to change.
    static let nothing = [ChangeWay()]

    /// How many facts it takes.
    var size: Int { subjects.nonzeroBitCount }

    /// Both ways together.
    func joined(with other: ChangeWay) -> ChangeWay {
        if other.options.isEmpty { return self }
        if options.isEmpty { return other }
        return ChangeWay(
            options: options + other.options.filter { !options.contains($0) },
            subjects: subjects | other.subjects
        )
    }
}
