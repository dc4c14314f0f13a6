// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The rules of text that signed notes and what is built on them share: UTF-8, no ASCII control character but newline.
enum LogText {
    static let newline: UInt8 = 0x0A
    static let space: UInt8 = 0x20

    static func check(_ bytes: [UInt8]) throws(TransparencyLogError) {
        for index in bytes.indices where bytes[index] < 0x20 && bytes[index] != newline {
            throw TransparencyLogError(.encoding, "control characters other than newline are not allowed", at: index)
        }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw TransparencyLogError(.encoding, "the text is not UTF-8")
        }
    }

    /// The offset just past the last `\n` that another `\n` follows: where the text before a blank line ends.
    static func endBeforeLastBlankLine(_ bytes: [UInt8]) -> Int? {
        var index = bytes.count - 1
        while index >= 1 {
            if bytes[index] == newline && bytes[index - 1] == newline { return index }
            index -= 1
        }
        return nil
    }

    /// The offset just past the first `\n` that another `\n` follows.
    static func endBeforeFirstBlankLine(_ bytes: [UInt8]) -> Int? {
        var index = 1
        while index < bytes.count {
            if bytes[index] == newline && bytes[index - 1] == newline { return index }
            index += 1
        }
        return nil
    }

    /// The lines of `bytes`, each without its newline. What follows the last newline, if anything, is the last line.
    static func lines(_ bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = bytes.startIndex
        for index in bytes.indices where bytes[index] == newline {
            lines.append(bytes[start..<index])
            start = index + 1
        }
        if start < bytes.endIndex { lines.append(bytes[start...]) }
        return lines
    }
}
