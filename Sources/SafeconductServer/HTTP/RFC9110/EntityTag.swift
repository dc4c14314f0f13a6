// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Which version of a representation one has (RFC 9110 section 8.8.3). Always strong here: equal tags, equal bytes.
struct EntityTag: Sendable, Equatable, CustomStringConvertible {
    /// What stands between the quotes.
    let opaque: String

    /// The version of something that changes with the revision of the log alone.
    ///
    /// - Parameters:
    ///   - generation: Of the log: a restored one counts its revisions again.
    ///   - rev: Of the last change.
    ///   - more: What else the representation shows, shortened; nil for nothing.
    init(generation: Int64, rev: UInt64, more: String? = nil) {
        opaque = "g\(generation)-r\(rev)" + (more.map { "-\($0)" } ?? "")
    }

    init(opaque: String) { self.opaque = opaque }

    /// As the header says it.
    var description: String { "\"\(opaque)\"" }

    static func == (left: EntityTag, right: EntityTag) -> Bool {
        left.opaque.utf8.elementsEqual(right.opaque.utf8)
    }

    /// The revision that a tag of ours names; nil for any other.
    var rev: UInt64? {
        let parts = opaque.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count > 1, parts[1].first == UInt8(ascii: "r") else { return nil }
        return UInt64(String(Substring(parts[1].dropFirst())))
    }
}

/// What `If-Match` and `If-None-Match` list (RFC 9110 section 13.1).
enum EntityTags: Sendable {
    /// `*`: any version at all.
    case any
    /// Any of these.
    case listed([(tag: EntityTag, isWeak: Bool)])

    /// The most tags that a header may list.
    static let limit = 64

    /// Reads a header's value; nil when it is none.
    init?(_ text: String) {
        var rest = text.utf8[...]
        func skip(_ bytes: Set<UInt8>) { rest = rest.drop { bytes.contains($0) } }
        func trim() { while rest.last == 0x20 || rest.last == 0x09 { rest.removeLast() } }
        skip([0x20, 0x09])
        trim()
        if rest.elementsEqual("*".utf8) {
            self = .any
            return
        }
        var tags: [(tag: EntityTag, isWeak: Bool)] = []
        while !rest.isEmpty {
            let isWeak = rest.starts(with: "W/".utf8)
            if isWeak { rest = rest.dropFirst(2) }
            guard rest.first == UInt8(ascii: "\"") else { return nil }
            rest = rest.dropFirst()
            let opaque = rest.prefix { $0 == 0x21 || ($0 >= 0x23 && $0 != 0x7F) }
            rest = rest[opaque.endIndex...]
            guard rest.first == UInt8(ascii: "\""), tags.count < Self.limit else { return nil }
            rest = rest.dropFirst()
            tags.append((EntityTag(opaque: String(Substring(opaque))), isWeak))
            skip([0x20, 0x09])
            guard !rest.isEmpty else { break }
            guard rest.first == UInt8(ascii: ",") else { return nil }
            skip([0x20, 0x09, UInt8(ascii: ",")])
        }
        guard !tags.isEmpty else { return nil }
        self = .listed(tags)
    }

    /// Whether they include a version, nil being that there is none.
    ///
    /// - Parameter weakly: Whether weak tags count (section 8.8.3.2); for `If-Match` they never do.
    func include(_ present: EntityTag?, weakly: Bool) -> Bool {
        guard let present else { return false }
        switch self {
        case .any: return true
        case .listed(let tags): return tags.contains { $0.tag == present && (weakly || !$0.isWeak) }
        }
    }
}
