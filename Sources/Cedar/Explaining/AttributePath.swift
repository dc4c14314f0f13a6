// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// How a path of names behind a variable is written.
enum AttributePath {
    /// `context.request["user agent"]`; without a variable `(...).name`.
    static func text(_ variable: Variable?, _ names: [Text]) -> String {
        var text = variable?.rawValue ?? "(...)"
        for name in names.prefix(shownNames) {
            text += isIdentifier(name) ? ".\(name)" : "[\(Value.string(name).shortDescription)]"
        }
        return names.count > shownNames ? text + "..." : text
    }

    // The names behind one `has` are not bounded.
    private static let shownNames = 16

    private static func isIdentifier(_ name: Text) -> Bool {
        let bytes = name.string.utf8
        guard let first = bytes.first, first.startsIdentifier, bytes.count <= 128 else { return false }
        return bytes.allSatisfy(\.continuesIdentifier)
    }
}

extension ExplainedRead {
    /// What is read as it could be written in a policy.
    public var name: String {
        let isTag = kind == .tag || kind == .tagPresence
        guard isTag else { return AttributePath.text(root, path) }
        let owner = AttributePath.text(root, Array(path.dropLast()))
        return path.isEmpty
            ? "a tag of \(owner)" : "the tag \(Value.string(path[path.count - 1]).shortDescription) of \(owner)"
    }
}
