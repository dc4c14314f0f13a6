// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The known name that somebody probably meant.
enum NearestName {
    // Names longer than this, and lists longer than that, are not searched: a help must not cost more than the check.
    private static let longest = 64
    private static let most = 2000

    /// The one of `candidates` that resembles `name` most, nil when none resembles it.
    static func find(_ name: String, among candidates: some Collection<String>) -> String? {
        let wanted = Array(name.utf8.map(lowercased))
        guard wanted.count <= longest, candidates.count <= most else { return nil }
        var best: (distance: Int, name: String)?
        for candidate in candidates {
            guard abs(candidate.utf8.count - wanted.count) <= limit(wanted.count), candidate.utf8.count <= longest else {
                continue
            }
            let distance = distance(wanted, Array(candidate.utf8.map(lowercased)))
            guard distance <= limit(wanted.count) else { continue }
            // Of equally near ones the first by name, so that the answer does not depend on a hash.
            if best.map({ (distance, Text(candidate)) < ($0.distance, Text($0.name)) }) ?? true {
                best = (distance, candidate)
            }
        }
        return best?.name
    }

    private static func limit(_ length: Int) -> Int { max(1, length / 3) }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    // Levenshtein's distance: how many letters must be put in, left out or changed.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (i, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let above = row[j + 1]
                row[j + 1] = min(min(above, row[j]) + 1, diagonal + (byte == other ? 0 : 1))
                diagonal = above
            }
        }
        return row[right.count]
    }
}
