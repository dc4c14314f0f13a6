// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A piece of a layout. The pieces stand in one row; groups are a pair of pieces around others.
enum LayoutItem {
    /// Words, printed as they are.
    case text(String)
    /// A space that stays.
    case space
    /// A place where a line may end.
    case gap(Gap)
    /// Up to the matching ``end`` either all gaps of the group end their lines or, when all fits on one, none does.
    case begin(Indent)
    /// The end of a group.
    case end

    /// A place where a line may end, and the comments that stand there.
    struct Gap {
        /// What the place is when its line does not end.
        enum Kind {
            /// A space.
            case line
            /// Nothing.
            case soft
            /// Nothing; the line ends only for comments.
            case comments
            /// The line always ends.
            case hard
            /// The line always ends, and an empty line follows, between policies.
            case blank
            /// As ``blank``, but at the beginning or the end of the text, where no empty line is owed.
            case edge
        }

        let kind: Kind
        /// Whether the closing bracket of the group follows, which stands further out than what the group holds.
        var isClosing = false
        var comments: [CommentedToken.Comment] = []
        /// Whether what follows stood behind an empty line.
        var isBeforeBlankLine = false

        /// Whether the line ends, whatever fits.
        var isForced: Bool {
            switch kind {
            case .hard, .blank, .edge: true
            case .line, .soft, .comments: !comments.isEmpty
            }
        }
    }

    /// How far in the further lines of a group stand.
    enum Indent {
        /// As many spaces more than around it.
        case by(Int)
        /// One column behind where the group begins: under what follows its parenthesis.
        case behindParenthesis
    }
}
