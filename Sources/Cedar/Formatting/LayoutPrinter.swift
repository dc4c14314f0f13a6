// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Prints a layout: breaks the groups that do not fit, from the outside in.
struct LayoutPrinter {
    private let items: [LayoutItem]
    private let width: Int
    // For each item the columns it takes on one line, summed up before it.
    private var columns: [Int] = [0]
    // For each item the columns from it up to where a line may end.
    private var tails: [Int]
    // For each beginning of a group its end, and whether it must break.
    private var ends: [Int]
    private var mustBreak: [Bool]

    init(_ items: [LayoutItem], width: Int) {
        self.items = items
        self.width = width
        tails = Array(repeating: 0, count: items.count + 1)
        ends = Array(repeating: items.count, count: items.count)
        mustBreak = Array(repeating: false, count: items.count)
        measure()
    }

    private mutating func measure() {
        var open: [Int] = []
        for (index, item) in items.enumerated() {
            columns.append(columns[index] + Self.columns(of: item))
            switch item {
            case .begin: open.append(index)
            case .end:
                guard let begin = open.popLast() else { continue }
                ends[begin] = index
                if mustBreak[begin], let outer = open.last { mustBreak[outer] = true }
            case .gap(let gap) where gap.isForced: if let group = open.last { mustBreak[group] = true }
            case .text(let text) where text.utf8.contains(UInt8(ascii: "\n")):
                if let group = open.last { mustBreak[group] = true }
            default: break
            }
        }
        for (index, item) in items.enumerated().reversed() {
            switch item {
            case .gap(let gap): tails[index] = gap.kind == .comments && !gap.isForced ? tails[index + 1] : 0
            default: tails[index] = tails[index + 1] + Self.columns(of: item)
            }
        }
    }

    private static func columns(of item: LayoutItem) -> Int {
        switch item {
        case .text(let text): text.unicodeScalars.count
        case .space: 1
        case .gap(let gap): gap.kind == .line ? 1 : 0
        case .begin, .end: 0
        }
    }

    /// The printed text; it ends with a line feed unless it is empty.
    var text: String {
        var page = Page()
        var groups: [(isFlat: Bool, indent: Int)] = [(false, 0)]
        for (index, item) in items.enumerated() {
            let (isFlat, indent) = groups[groups.count - 1]
            switch item {
            case .text(let text): page.write(text)
            case .space: page.isSpaceWanted = true
            case .begin(let kind):
                let inner =
                    switch kind {
                    case .by(let spaces): indent + spaces
                    case .behindParenthesis: page.nextColumn + 1
                    }
                let fits = page.nextColumn + columns[ends[index]] - columns[index] + tails[ends[index]] <= width
                groups.append((isFlat || fits && !mustBreak[index], inner))
            case .end: if groups.count > 1 { groups.removeLast() }
            case .gap(let gap):
                let outer = groups.count > 1 ? groups[groups.count - 2].indent : 0
                page.end(gap, breaking: !isFlat, indent: indent, after: gap.isClosing ? outer : indent)
            }
        }
        return page.finished
    }
}

/// What has been printed, and what is owed before the next word.
private struct Page {
    private var text = ""
    private var column = 0
    // The indent of the line that begins with the next word; nil when it goes on in this line.
    private var nextIndent: Int?
    private var isBlankLineWanted = false
    var isSpaceWanted = false

    /// Where the next word will begin.
    var nextColumn: Int { nextIndent ?? column + (isSpaceWanted ? 1 : 0) }

    var finished: String { text.isEmpty ? "" : text + "\n" }

    mutating func write(_ word: String) {
        if let indent = nextIndent {
            if !text.isEmpty { text += isBlankLineWanted ? "\n\n" : "\n" }
            text += String(repeating: " ", count: indent)
            column = indent
        } else if isSpaceWanted {
            text += " "
            column += 1
        }
        (nextIndent, isBlankLineWanted, isSpaceWanted) = (nil, false, false)
        text += word
        if let lineFeed = word.utf8.lastIndex(of: UInt8(ascii: "\n")) {
            column = word[lineFeed...].unicodeScalars.count - 1
        } else {
            column += word.unicodeScalars.count
        }
    }

    private mutating func breakLine(_ indent: Int, blank: Bool = false) {
        nextIndent = indent
        if blank { isBlankLineWanted = true }
        isSpaceWanted = false
    }

    /// A place where a line may end: its comments, then the line's end if there is to be one.
    ///
    /// - Parameters:
    ///   - indent: of the comments.
    ///   - after: of what follows.
    mutating func end(_ gap: LayoutItem.Gap, breaking: Bool, indent: Int, after: Int) {
        let keepsBlankLines = gap.kind == .blank || gap.kind == .edge
        // Between policies one empty line at least; it stands where one stood, or before the first comment.
        let owesBlankLine =
            gap.kind == .blank && !gap.isBeforeBlankLine
            && !gap.comments.contains { $0.isOwnLine && $0.isAfterBlankLine }
        var isOwed = owesBlankLine
        for (index, comment) in gap.comments.enumerated() {
            if index == 0 && !comment.isOwnLine {
                // Behind the word it was behind.
                isSpaceWanted = nextIndent == nil
            } else {
                breakLine(indent, blank: keepsBlankLines && comment.isAfterBlankLine || isOwed)
                isOwed = false
            }
            write(comment.text)
            breakLine(indent)
        }
        switch gap.kind {
        case .line where !breaking && gap.comments.isEmpty: isSpaceWanted = true
        case .soft where !breaking && gap.comments.isEmpty, .comments where gap.comments.isEmpty: break
        default: breakLine(after, blank: keepsBlankLines && gap.isBeforeBlankLine || isOwed)
        }
    }
}
