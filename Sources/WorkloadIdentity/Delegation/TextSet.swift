// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// A set of texts that a JSON array holds, compared by bytes, in the order written.
public struct TextSet: Sendable {
    /// The texts, each once.
    public let texts: [String]

    /// The set of no text.
    public static let none = TextSet(distinct: [])

    private init(distinct texts: [String]) { self.texts = texts }

    /// The set of these texts.
    ///
    /// - Throws: ``WorkloadIdentityError`` with `delegation` when they are none or too many, one is there twice, empty,
    ///   too long or has a control character.
    public init(_ texts: [String], named name: String = "set") throws(WorkloadIdentityError) {
        guard (1...AuthorizationDetail.maximumElements).contains(texts.count) else {
            throw AuthorizationDetail.unsound(name)
        }
        for (place, text) in texts.enumerated() {
            guard Self.isSound(text), !texts[..<place].contains(where: { sameBytes($0, text) }) else {
                throw AuthorizationDetail.unsound(name)
            }
        }
        self.texts = texts
    }

    /// The set that the member `name` holds, nil when it is absent.
    init?(_ value: JSONValue?, named name: String) throws(WorkloadIdentityError) {
        guard let value else { return nil }
        guard case .array(let elements) = value else { throw AuthorizationDetail.unsound(name) }
        var texts: [String] = []
        for element in elements.prefix(AuthorizationDetail.maximumElements + 1) {
            guard let text = element.stringValue else { throw AuthorizationDetail.unsound(name) }
            texts.append(text)
        }
        try self.init(texts, named: name)
    }

    /// Whether a text is within bounds and free of control characters.
    static func isSound(_ text: String) -> Bool {
        (1...AuthorizationDetail.maximumTextBytes).contains(text.utf8.count)
            && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }

    /// Whether `text` is one of them.
    public func contains(_ text: String) -> Bool { texts.contains { sameBytes($0, text) } }

    /// Whether every text is also one of `other`'s.
    public func isWithin(_ other: TextSet) -> Bool {
        texts.allSatisfy { text in other.texts.contains { sameBytes($0, text) } }
    }

    /// The texts that `other` has as well.
    public func narrowed(to other: TextSet) -> TextSet {
        TextSet(distinct: texts.filter { text in other.texts.contains { sameBytes($0, text) } })
    }

    /// The texts as a JSON array.
    var json: JSONValue { .array(texts.map { .string($0) }) }
}
