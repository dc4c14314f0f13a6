// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The name of an entity type: identifiers joined by `::`, such as `Shop::User`.
public struct EntityTypeName: Sendable, Hashable {
    /// The whole name, namespace included, without spaces.
    public let text: Text

    /// The name read from `text`, nil when it is not a normalised Cedar name: spaces, empty parts, reserved words
    /// and the reserved namespace `__cedar` are refused.
    public init?(_ text: String) {
        guard Self.isName(text) else { return nil }
        self.text = Text(text)
    }

    init(unchecked text: String) {
        self.text = Text(text)
    }

    /// A hash of the name.
    var digest: Int { Digest.of(text) }

    /// The last identifier: `User` of `Shop::User`.
    public var basename: Substring {
        let utf8 = text.string.utf8
        guard let colon = utf8.lastIndex(of: UInt8(ascii: ":")) else { return Substring(text.string) }
        return text.string[utf8.index(after: colon)...]
    }

    /// Whether entities of this type are actions: the last identifier is `Action`.
    public var isAction: Bool {
        basename.utf8.elementsEqual("Action".utf8)
    }

    private static func isName(_ text: String) -> Bool {
        var part: [UInt8] = []
        var colons = 0
        func endsIdentifier() -> Bool {
            !part.isEmpty && !ReservedWord.contains(String(decoding: part, as: UTF8.self))
        }
        for byte in text.utf8 {
            if byte == UInt8(ascii: ":") {
                colons += 1
                if colons == 1, !endsIdentifier() { return false }
                if colons == 2 { part.removeAll(keepingCapacity: true) }
                if colons > 2 { return false }
                continue
            }
            guard colons != 1 else { return false }
            colons = 0
            guard part.isEmpty ? byte.startsIdentifier : byte.continuesIdentifier else { return false }
            part.append(byte)
        }
        return colons == 0 && endsIdentifier()
    }
}

extension EntityTypeName: CustomStringConvertible {
    /// The whole name.
    public var description: String { text.string }
}
