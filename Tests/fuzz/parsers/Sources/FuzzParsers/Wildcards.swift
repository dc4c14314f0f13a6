// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Matching as the definition says it, without any thought of speed.
enum Wildcards {
    /// Whether the whole of `text` matches `pattern`, in which `*` stands for any bytes.
    static func match(_ pattern: [UInt8], _ text: [UInt8]) -> Bool {
        // reached[i]: the pattern so far matches the first i bytes.
        var reached = [Bool](repeating: false, count: text.count + 1)
        reached[0] = true
        for symbol in pattern {
            if symbol == UInt8(ascii: "*") {
                if let first = reached.firstIndex(of: true) {
                    for index in first..<reached.count { reached[index] = true }
                }
            } else {
                for index in stride(from: text.count, to: 0, by: -1) {
                    reached[index] = reached[index - 1] && text[index - 1] == symbol
                }
                reached[0] = false
            }
        }
        return reached[text.count]
    }
}
