// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import TrustModel

/// A moment as people write it: RFC 3339, or how long ago, such as `15m`, `2h` or `7d`.
enum TimeText {
    /// The moment as RFC 3339; nil for anything else.
    static func rfc3339(_ text: String, now: Timestamp) -> String? {
        if let time = Timestamp(text) { return time.description }
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()),
            (0...36_500).contains(count / (86_400 / unit)), count >= 0
        else { return nil }
        return now.advanced(byMilliseconds: -count * unit * 1000).description
    }
}
